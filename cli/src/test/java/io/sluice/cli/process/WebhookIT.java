package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/USAGE.md says of webhooks, run as it says: an alert comes out of the receiver of `examples`. */
final class WebhookIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String DOCUMENT = "docs/USAGE.md";
    private static final Duration WITHIN = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    @Test
    void shouldPrintTheAlert_whenTheDocumentIsFollowed() throws Exception {
        // Given
        assumeTrue(shell("command -v python3") == 0, "python3 is not there");
        assertThat(shell(block("secret"))).isZero();
        Path secret = directory.resolve("webhook.secret");
        Path printed = directory.resolve("printed");
        Process receiver = new ProcessBuilder(
                        "python3", ROOT.resolve("examples/webhook/receiver.py").toString(), secret.toString(), "0")
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            Awaitility.await()
                    .atMost(WITHIN)
                    .until(() -> Files.readString(printed).contains("listening on http"));
            String url = Files.readString(printed)
                    .substring("listening on ".length())
                    .strip();

            // When
            try (DevProcess dev = DevProcess.ready(directory.resolve("data"), options(url));
                    DocumentBlock usage = DocumentBlock.of(DOCUMENT, directory, dev)) {
                assertThat(usage.run("threshold")).contains("\"verdict\":\"allow\"");

                // Then
                Awaitility.await()
                        .atMost(WITHIN)
                        .untilAsserted(() -> assertThat(Files.readString(printed))
                                .contains("acme per-account: 17 of 20 tokens are used"));
                Awaitility.await()
                        .atMost(WITHIN)
                        .untilAsserted(() -> assertThat(new HttpCaller()
                                        .get(dev.adminUrl() + "/metrics")
                                        .body())
                                .contains("sluice_webhook_delivered_total{endpoint=\"1\"} 1.0")
                                .contains("sluice_spike_accounts"));
                assertThat(dev.lines()).noneMatch(line -> line.contains(url));
                assertThat(dev.stop()).isTrue();
            }
        } finally {
            receiver.destroy();
        }
    }

    /** Those that the document starts Sluice with, at this URL. */
    private String[] options(String url) throws IOException {
        String command = block("start").replace("\\\n", " ");
        List<String> options = new ArrayList<>(List.of(
                command.substring(command.indexOf("./sluice dev")).strip().split("\\s+")));
        assertThat(options).startsWith("./sluice", "dev", "--ephemeral");
        return options.subList(3, options.size()).stream()
                .map(option -> option.replace("http://127.0.0.1:9099/", url)
                        .replace(
                                "webhook.secret",
                                directory.resolve("webhook.secret").toString())
                        .replace("examples/", ROOT.resolve("examples") + "/"))
                .toArray(String[]::new);
    }

    private static String block(String name) throws IOException {
        Matcher block = Pattern.compile("<!-- tested: " + name + " -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve(DOCUMENT)));
        assertThat(block.find()).as(name).isTrue();
        return block.group(1);
    }

    private int shell(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = shell.waitFor();
        assertThat(output).as("%s", script).doesNotContain("rror");
        return code;
    }
}
