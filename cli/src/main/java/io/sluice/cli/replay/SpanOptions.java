package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.replay.log.LogPoint;
import io.sluice.replay.run.RunWindow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select a part of a log. */
final class SpanOptions {
    private static final String EXPECTED = " (expected: a time such as 2026-11-30T10:00:00Z, a time ago such as 24h or"
            + " 30m, or an offset such as @1200)";

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            description = "Where the result begins: a time, a time ago (24h), or an offset (@1200); the default is the"
                    + " log's beginning.")
    private @Nullable String from;

    @Option(names = "--until", paramLabel = "PLACE", description = "Where it ends; the default is the log's end.")
    private @Nullable String until;

    RunWindow window(boolean cold, Clock clock) throws CommandFailure {
        if (cold && from == null) {
            throw new CommandFailure(
                    "--cold: without --from (expected: both, since --cold skips the records before --from)");
        }
        return new RunWindow(point("--from", from, clock), point("--until", until, clock), cold);
    }

    private static @Nullable LogPoint point(String option, @Nullable String text, Clock clock) throws CommandFailure {
        if (text == null) {
            return null;
        }
        try {
            if (text.startsWith("@")) {
                return new LogPoint.AtOffset(Long.parseLong(text, 1, text.length(), 10));
            }
            if (text.contains("T")) {
                return new LogPoint.AtMillis(Instant.parse(text).toEpochMilli());
            }
            String upper = text.toUpperCase(Locale.ROOT);
            Duration ago = upper.endsWith("D") ? Duration.parse("P" + upper) : Duration.parse("PT" + upper);
            return new LogPoint.AtMillis(clock.instant().minus(ago).toEpochMilli());
        } catch (DateTimeParseException | IllegalArgumentException | ArithmeticException e) {
            throw new CommandFailure(option + " " + text + EXPECTED, e);
        }
    }
}
