package io.sluice.cli.signals;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.Counted;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice signal}: reports of health signals, which may switch a brown-out. */
@Command(
        name = "signal",
        description = "Report whether a service is good or bad; a brown-out of the ruleset may depend on that.",
        footer = {
            "  sluice signal bad payments-db --for 30s",
            "  sluice signal good payments-db",
            "  sluice signal list"
        })
public final class SignalCommands {
    private static final String PATH = "/v1/signals";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The options that every report needs. */
    static final class ReportOptions {
        @Mixin
        private AdminOptions admin = new AdminOptions();

        @Option(
                names = "--for",
                paramLabel = "DURATION",
                defaultValue = "30s",
                description = "How long the report is valid unless another one comes, 1s to 1h (default: 30s).")
        private String duration = "30s";

        @Parameters(paramLabel = "SIGNAL", description = "The signal's name, as in brownOut.when of the ruleset.")
        private String signal = "";
    }

    @Command(
            name = "bad",
            description = "Report that the service is bad.",
            footer = "  sluice signal bad payments-db --for 30s")
    int bad(@Mixin ReportOptions report) throws CommandFailure {
        return report("bad", report);
    }

    @Command(
            name = "good",
            description = "Report that the service is good.",
            footer = "  sluice signal good payments-db")
    int good(@Mixin ReportOptions report) throws CommandFailure {
        return report("good", report);
    }

    private int report(String state, ReportOptions report) throws CommandFailure {
        Map<String, Object> body =
                Map.of("signal", report.signal, "state", state, "validMillis", millis(report.duration));
        Answer answer = report.admin.client().post(PATH, body, /* expectedRevision= */ null);
        result.print(
                answer.text(),
                List.of("signal " + report.signal + " is " + state + " for " + report.duration + ", in "
                        + Counted.of(answer.number("partitions"), "partition")));
        return 0;
    }

    private long millis(String duration) {
        Matcher form = DURATION.matcher(duration);
        if (!form.matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--for: " + duration + " (expected: a duration such as 30s or 5m)");
        }
        return Long.parseLong(form.group(1)) * MILLIS.getOrDefault(form.group(2), 1L);
    }

    @Command(
            name = "list",
            description = "List the signals that are not stale, and in how many partitions each is good or bad.",
            footer = "  sluice signal list")
    int list(@Mixin AdminOptions admin) throws CommandFailure {
        Answer answer = admin.client().get(PATH);
        List<String> lines = new ArrayList<>();
        for (Object each : answer.body().get("signals") instanceof List<?> signals ? signals : List.of()) {
            if (each instanceof Map<?, ?> signal) {
                lines.add(line(signal));
            }
        }
        long missing = answer.number("partitions") - answer.number("answered");
        if (lines.isEmpty()) {
            lines.add("no signals");
        }
        if (missing > 0) {
            lines.add(
                    "(" + missing + " of " + Counted.of(answer.number("partitions"), "partition") + " did not answer)");
        }
        result.print(answer.text(), lines);
        return 0;
    }

    private static String line(Map<?, ?> signal) {
        return signal.get("name") + ": good in " + signal.get("good") + ", bad in " + signal.get("bad")
                + " partitions since " + time(signal.get("sinceMillis")) + ", stale at "
                + time(signal.get("untilMillis")) + "; brown-out in " + signal.get("brownOut");
    }

    private static String time(@Nullable Object millis) {
        return millis instanceof Long number ? Instant.ofEpochMilli(number).toString() : String.valueOf(millis);
    }
}
