package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both ports answer as their descriptions say: Schemathesis makes requests out of these, right ones and wrong ones, and
 * compares statuses, media types, fields and bodies ({@code schemathesis.toml}).
 */
@Tag("long")
final class DescriptionIT {
    private static final int EXAMPLES = 100;
    private static final Path INSTALLED = Path.of("target/schemathesis/bin/schemathesis");

    @TempDir
    private Path directory;

    @Test
    void shouldAnswerAsDescribed_whateverIsMadeOfTheDescription() throws Exception {
        // Given
        long seed = Long.getLong("sluice.schemathesis.seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("schemathesis: -Dsluice.schemathesis.seed=" + seed);
        Path config = directory.resolve("schemathesis.toml");
        try (InputStream resource =
                Objects.requireNonNull(DescriptionIT.class.getResourceAsStream("/schemathesis.toml"))) {
            Files.copy(resource, config);
        }
        try (DevProcess dev = DevProcess.ready(directory.resolve("data"))) {
            // When
            String data = schemathesis(config, dev.httpUrl(), "/openapi.yaml", seed);
            String admin = schemathesis(config, dev.adminUrl(), "/openapi-admin.yaml", seed);

            // Then: it has ended with 0 both times, and nobody was asked for nothing
            assertThat(data).containsPattern("[1-9]\\d{2,} generated");
            assertThat(admin).containsPattern("[1-9]\\d{2,} generated");
            assertThat(dev.lines()).noneMatch(line -> line.contains(" ERROR "));
        }
    }

    private String schemathesis(Path config, String url, String path, long seed) throws Exception {
        File output = directory.resolve("output").toFile();
        Process process = new ProcessBuilder(List.of(
                        Files.exists(INSTALLED) ? INSTALLED.toAbsolutePath().toString() : "schemathesis",
                        "--config-file",
                        config.toString(),
                        "run",
                        url + path,
                        "--url",
                        url,
                        "--seed",
                        Long.toString(seed),
                        "--max-examples",
                        Integer.toString(EXAMPLES),
                        // More than one trip over a fault of Python 3.11's parser.
                        "--workers",
                        "1",
                        "--no-color"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            boolean ended = process.waitFor(10, TimeUnit.MINUTES);
            String text = Files.readString(output.toPath(), StandardCharsets.UTF_8);
            assertThat(ended).as("still running:\n" + text).isTrue();
            assertThat(process.exitValue()).as("seed " + seed + "\n" + text).isZero();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
