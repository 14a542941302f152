package io.sluice.cli.audit;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.UtcTime;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.admin.ListPath;
import io.sluice.cli.admin.ListText;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice audit}: who changed rules and access, newest first. */
@Command(
        name = "audit",
        description = {
            "Show who changed rules and access, when and why, newest first.",
            "Changes of one account: sluice account history ACCOUNT."
        },
        footer = {"  sluice audit", "  sluice audit --limit 500 --output json"})
public final class AuditCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "Most steps to show, 1 to 500 (default: 50).")
    private int limit = 50;

    @Option(
            names = "--before",
            paramLabel = "SEQUENCE",
            description = "Only steps before this number, which the last page printed.")
    private @Nullable Long before;

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = admin.client()
                .get(new ListPath("/v1/audit")
                        .with("limit", limit)
                        .with("before", before)
                        .text());
        result.print(answer.text(), ListText.lines(answer, "entries", "sequence", "no steps", AuditCommand::line));
        return 0;
    }

    private static String line(Map<?, ?> entry) {
        return entry.get("sequence") + "  " + UtcTime.of(entry.get("atMillis")) + "  " + entry.get("principal") + "  "
                + entry.get("action") + subject(entry) + "  " + entry.get("reason") + "  (0-" + entry.get("offset")
                + ")";
    }

    private static String subject(Map<?, ?> entry) {
        StringBuilder subject = new StringBuilder();
        part(subject, " proposal ", entry.get("proposalId"));
        part(subject, " revision ", entry.get("revision"));
        part(subject, " from revision ", entry.get("fromRevision"));
        part(subject, " access entry ", entry.get("accessId"));
        return subject.toString();
    }

    private static void part(StringBuilder subject, String name, @Nullable Object number) {
        if (number != null) {
            subject.append(name).append(number);
        }
    }
}
