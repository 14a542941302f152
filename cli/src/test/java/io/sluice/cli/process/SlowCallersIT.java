package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small process under callers who announce much more than it could hold, and who do not read what they ask for. */
@Tag("long")
final class SlowCallersIT {
    private static final int CONNECTIONS = 600;
    private static final String SMALL = "-XX:TieredStopAtLevel=1 -Xmx256m -XX:+ExitOnOutOfMemoryError";
    /** What a process with all roles tells when nobody has asked anything yet; most of it is of the Kafka clients. */
    private static final int SCRAPE_CHARS_MAX = 90_000;

    private final List<Socket> open = new ArrayList<>();
    private final HttpCaller caller = new HttpCaller();

    @TempDir
    private Path directory;

    @AfterEach
    void hangUp() throws IOException {
        for (Socket each : open) {
            each.close();
        }
    }

    private void send(String url, String bytes) throws IOException {
        URI uri = URI.create(url);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        open.add(socket);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldAnswerEverybodyElse_whenHundredsAnnounceMuchAndReadNothing() throws Exception {
        // Given
        try (DevProcess dev =
                DevProcess.ready(Map.of("SLUICE_JAVA_OPTS", SMALL), directory, "--body-millis-max", "60000")) {
            String fresh = caller.get(dev.httpUrl() + "/metrics").body();
            System.out.println("a fresh scrape has " + fresh.length() + " characters");
            assertThat(fresh.length()).isLessThan(SCRAPE_CHARS_MAX);

            // When
            for (int i = 0; i < CONNECTIONS; i++) {
                send(dev.httpUrl(), announcing("/v1/admissions/batch"));
            }
            for (int i = 0; i < 60; i++) {
                send(dev.httpUrl(), announcing("/v1/reservations").replace("1048576", "65536"));
                send(dev.adminUrl(), announcing("/v1/rulesets/proposals"));
                send(dev.httpUrl(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200));
            }

            // Then
            for (int i = 0; i < 20; i++) {
                for (String url : List.of(dev.httpUrl(), dev.adminUrl())) {
                    assertThat(caller.get(url + "/healthz").status()).isEqualTo(200);
                    assertThat(caller.get(url + "/readyz").status()).isEqualTo(200);
                }
                String admission = "{\"clientId\":\"acme/" + i + "\"}";
                assertThat(caller.postAll(dev.httpUrl() + "/v1/admissions", List.of(admission)))
                        .extracting(HttpCaller.Call::status)
                        .containsExactly(200);
            }
            assertThat(caller.get(dev.adminUrl() + "/metrics").body())
                    .containsPattern("(?m)^sluice_http_body_bytes (\\d+\\.\\d+E5|\\d{3,6}\\.0)$");
        }
    }

    private static String announcing(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1048576\r\n\r\n{";
    }
}
