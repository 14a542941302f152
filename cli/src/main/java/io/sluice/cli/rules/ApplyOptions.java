package io.sluice.cli.rules;

import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code sluice rules apply}. */
final class ApplyOptions {
    @Option(
            names = "--author",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who changes the rules, if sent over Kafka; the admin port takes the name of the key "
                    + "(default: the user).")
    private String author = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why the rules change, for the audit trail.")
    private String reason = "";

    @Option(
            names = "--within-seconds",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for the rules writer, if sent over Kafka (default: 60).")
    private int withinSeconds = 60;

    @Parameters(paramLabel = "FILE", description = "YAML or JSON; - for standard input.")
    private Path file = Path.of("");

    String author() {
        return author;
    }

    String reason() {
        return reason;
    }

    Duration within() {
        return Duration.ofSeconds(withinSeconds);
    }

    Path file() {
        return file;
    }
}
