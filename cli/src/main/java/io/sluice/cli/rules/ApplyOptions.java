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
            description = "Who changes the rules, over Kafka; the admin port knows (default: the user).")
    private String author = "";

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why they change.")
    private String reason = "";

    @Option(
            names = "--within-seconds",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long the rules writer may take, over Kafka (default: 60).")
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
