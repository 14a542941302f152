package io.sluice.cli.accounts;

import io.sluice.cli.CommandFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a credit: its bucket, and its time. */
final class CreditOptions {
    @Option(
            names = "--scope",
            paramLabel = "VALUE",
            description = "The bucket's client or attribute value; once for each part of the limit's scope (default: "
                    + "the account's bucket).")
    private @Nullable List<String> scope;

    @Option(names = "--first", description = "Use it before the limit's own tokens (default: after them).")
    private boolean first;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "When it begins, such as 2026-12-01T00:00:00Z (default: at once).")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "INSTANT", description = "When it ends (default: never, or as --for says).")
    private @Nullable String until;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "How long it lasts, such as 14d, from now or from --from; instead of --until.")
    private @Nullable String lasting;

    Map<String, Object> members(Instant now) throws CommandFailure {
        Map<String, Object> members = new LinkedHashMap<>();
        if (scope != null) {
            members.put("scope", scope);
        }
        if (first) {
            members.put("first", true);
        }
        long beginMillis = now.toEpochMilli();
        if (from != null) {
            beginMillis = millis("--from", from);
            members.put("fromMillis", beginMillis);
        }
        if (until != null && lasting != null) {
            throw new CommandFailure("--for " + lasting + " (expected: either --until or --for)");
        }
        if (until != null) {
            members.put("untilMillis", millis("--until", until));
        } else if (lasting != null) {
            members.put("untilMillis", beginMillis + durationMillis(lasting));
        }
        return members;
    }

    private static long millis(String option, String instant) throws CommandFailure {
        try {
            return Instant.parse(instant).toEpochMilli();
        } catch (DateTimeException e) {
            throw new CommandFailure(option + " " + instant + " (expected: such as 2026-12-01T00:00:00Z)", e);
        }
    }

    private static long durationMillis(String text) throws CommandFailure {
        try {
            // Days before the T of ISO 8601, other units behind it.
            String iso = (text.endsWith("d") ? "P" : "PT") + text;
            return Duration.parse(iso).toMillis();
        } catch (DateTimeException | ArithmeticException e) {
            throw new CommandFailure("--for " + text + " (expected: a number and one of s, m, h, d, such as 14d)", e);
        }
    }
}
