package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus' own tool for rules. */
final class Promtool {
    private static final long WITHIN_SECONDS = 60;

    private Promtool() {}

    /** Skips the test where it is missing; CI has it, and does not accept such a skip. */
    static void require() throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder("promtool", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "promtool is not installed");
    }

    /** Runs it, which must succeed. */
    static void run(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("promtool", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(output, StandardCharsets.UTF_8))
                    .isZero();
        } finally {
            Files.delete(output);
        }
    }

    /** Parses expressions, as rules of a file that is thrown away. */
    static void check(Path directory, Iterable<String> expressions) throws IOException, InterruptedException {
        StringBuilder rules = new StringBuilder("groups:\n  - name: checked\n    rules:\n");
        int number = 0;
        for (String expression : expressions) {
            rules.append("      - record: checked:expression:")
                    .append(number++)
                    .append("\n        expr: |-\n          ")
                    .append(expression.strip().replace("\n", "\n          "))
                    .append('\n');
        }
        Path file = Files.writeString(directory.resolve("checked.yml"), rules);
        run(directory, "check", "rules", file.toString());
    }
}
