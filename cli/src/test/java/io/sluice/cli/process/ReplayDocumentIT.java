package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of REPLAY, and those of README about it, as they stand there, against `sluice dev`. */
@Tag("long")
final class ReplayDocumentIT {
    private static final int REQUESTS = 60;
    private static final String CANDIDATE = """
        limits:
          - id: orders-per-client
            scope: client
            rate: {tokens: 1, per: 1s}
            burst: 100
        """;

    @TempDir
    private Path directory;

    @Test
    void shouldDoWhatTheDocumentsSay_whenTheirCommandsRun() throws Exception {
        // Given
        Path data = directory.resolve("data");
        Path here = Files.createDirectories(directory.resolve("here"));
        try (DevProcess dev = DevProcess.ready(data)) {
            for (String key : List.of("rules-public.pem", "command-public.pem")) {
                Files.copy(data.resolve("keys").resolve(key), here.resolve(key));
            }
            Files.writeString(here.resolve("candidate.yaml"), CANDIDATE);
            new HttpCaller()
                    .postAll(
                            dev.httpUrl() + "/v1/admissions",
                            Collections.nCopies(
                                    REQUESTS, "{\"clientId\":\"acme/alice\",\"exact\":true,\"deadlineMillis\":20000}"));
            try (DocumentBlock replay = DocumentBlock.of("docs/REPLAY.md", here, dev)) {
                // When, Then: decisions are committed a moment after they are answered
                Awaitility.await()
                        .atMost(Duration.ofMinutes(3))
                        .ignoreExceptions()
                        .untilAsserted(
                                () -> assertThat(replay.run("audit")).contains("decisions re-derived, 0 differences"));
                String printed = dev.lines().stream()
                        .filter(line -> line.contains("./sluice replay "))
                        .findFirst()
                        .orElseThrow();
                assertThat(replay.bash(printed.replace(
                                "./sluice ", Path.of("..", "sluice").toAbsolutePath() + " ")))
                        .contains("decisions re-derived, 0 differences");
                assertThat(replay.run("export")).contains("exported to monday");
                assertThat(replay.run("candidate")).contains("0 of ", " requests newly denied");
                assertThat(here.resolve("report.html")).content().contains("What these rules would have done");
                assertThat(replay.run("gate")).contains("newly denied").doesNotContain("gate:");
                assertThat(here.resolve("comment.md")).content().startsWith("### What these rules would have done");
                assertThat(replay.run("suggest")).contains("of accounts refused: factor ");
                assertThat(replay.run("explain")).contains("client acme/alice", "state: exact");
                assertThat(replay.run("explain-http"))
                        .contains("\"clientId\":\"acme/alice\"", "\"state\":\"exact: the log begins");
            }
            readme(here, dev);
        }
    }

    private static void readme(Path here, DevProcess dev) throws IOException, InterruptedException {
        try (DocumentBlock readme = DocumentBlock.of("README.md", here, dev)) {
            assertThat(readme.run("replay"))
                    .contains("exported to today", "decisions re-derived, 0 differences", "requests newly denied");
        }
    }
}
