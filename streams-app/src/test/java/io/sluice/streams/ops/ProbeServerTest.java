package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProbeServerTest {
    private static final String METRICS = "sluice_something 1.0\n".repeat(5_000);
    private final List<Socket> open = new ArrayList<>();
    private final AtomicInteger renderings = new AtomicInteger();
    private volatile boolean isReady = true;
    private ProbeServer server;

    @BeforeEach
    void start() throws Exception {
        server = ProbeServer.start(
                new InetSocketAddress("127.0.0.1", 0),
                new Reported(),
                () -> {
                    renderings.incrementAndGet();
                    return METRICS;
                },
                null);
    }

    /** An app that lives, says whether it is ready, and keeps copies that lag. */
    private final class Reported implements ProbeServer.Health {
        @Override
        public ProbeAnswer alive() {
            return ProbeAnswer.OK;
        }

        @Override
        public ProbeAnswer ready() {
            return isReady ? ProbeAnswer.OK : ProbeAnswer.not("say \"why\"");
        }

        @Override
        public ProbeAnswer standbys() {
            return ProbeAnswer.not("the copies lag");
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket each : open) {
            each.close();
        }
        server.close();
    }

    private Socket connect(String bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        open.add(socket);
        return socket;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    private String ask(String bytes) throws IOException {
        return new String(connect(bytes).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldAnswer_whenAProbeComes() throws Exception {
        // Given / When / Then
        assertThat(ask(get("/healthz"))).startsWith("HTTP/1.1 200 OK\r\n").endsWith("{\"status\":\"up\"}");
        assertThat(ask(get("/readyz?x=1"))).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"ready\"}");
        isReady = false;
        assertThat(ask(get("/readyz")))
                .startsWith("HTTP/1.1 503")
                .endsWith("{\"status\":\"not ready\",\"detail\":\"say \\\"why\\\"\"}");
        assertThat(ask(get("/readyz?standbys")))
                .startsWith("HTTP/1.1 503")
                .endsWith("{\"status\":\"not ready\",\"detail\":\"the copies lag\"}");
        assertThat(ask(get("/metrics")))
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .endsWith("\r\n\r\n" + METRICS);
        assertThat(ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains("Content-Length: " + METRICS.length())
                .endsWith("\r\n\r\n");
    }

    @Test
    void shouldAnswer_whenTheCallerSendsNoMore() throws Exception {
        // Given
        Socket socket = connect(get("/metrics"));

        // When
        socket.shutdownOutput();

        // Then
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .endsWith(METRICS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | GARBAGE",
                "400 | GET /healthz",
                "400 | GET /healthz HTTP/2.0",
                "400 | GET  /healthz HTTP/1.1",
                "400 | GET http://x/healthz HTTP/1.1",
                "404 | GET /nowhere HTTP/1.1",
                "405 | POST /healthz HTTP/1.1",
                "405 | DELETE /metrics HTTP/1.1",
                "431 | GET /LONG HTTP/1.1"
            })
    void shouldTellAsProblem_whenARequestIsWrong(int status, String line) throws Exception {
        // Given / When
        String answer = ask(line.replace("LONG", "x".repeat(9_000)) + "\r\nHost: x\r\n\r\n");

        // Then
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status)
                .contains("Content-Type: application/problem+json\r\n")
                .contains("X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n")
                .contains("\"status\":" + status);
    }

    @Test
    void shouldAnswer_whenOthersSayNothingOrDoNotRead() throws Exception {
        // Given
        for (int i = 0; i < 40; i++) {
            connect("");
            connect("GET /hea");
            connect(get("/metrics").repeat(100));
        }

        for (int i = 0; i < 10; i++) {
            // When / Then
            assertThat(ask(get("/healthz"))).startsWith("HTTP/1.1 200");
            assertThat(ask(get("/readyz"))).startsWith("HTTP/1.1 200");
        }
        assertThat(ask(get("/metrics"))).endsWith(METRICS);
        assertThat(renderings).hasValueLessThan(20);
    }

    @Test
    void shouldCloseTheOldest_whenThereAreTooMany() throws Exception {
        // Given
        for (int i = 0; i < ProbeServer.CONNECTIONS_MAX + 20; i++) {
            connect("");
        }

        // When
        String answer = ask(get("/healthz"));

        // Then
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(open.get(0).getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void shouldCloseIt_whenARequestTakesTooLong() throws Exception {
        // Given
        Socket silent = connect("GET /healthz HTTP/1.1\r\n");
        long startNanos = System.nanoTime();

        // When
        int end = silent.getInputStream().read();

        // Then
        assertThat(end).isEqualTo(-1);
        assertThat(System.nanoTime() - startNanos)
                .isBetween(
                        (ProbeServer.CONNECTION_MILLIS_MAX - 100) * 1_000_000,
                        (ProbeServer.CONNECTION_MILLIS_MAX + 5_000) * 1_000_000);
    }

    @Test
    void shouldAnswerProbes_whenTheMetricsHang() throws Exception {
        // Given
        CountDownLatch released = new CountDownLatch(1);
        try (ProbeServer hanging = ProbeServer.start(
                new InetSocketAddress("127.0.0.1", 0),
                new Reported(),
                () -> {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return METRICS;
                },
                null)) {
            server.close();
            server = hanging;
            Socket scrape = connect(get("/metrics"));

            // When / Then
            assertThat(ask(get("/healthz"))).startsWith("HTTP/1.1 200");
            released.countDown();
            assertThat(new String(scrape.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith(METRICS);
        }
    }

    @Test
    void shouldNameThePort_whenInUse() {
        // Given
        InetSocketAddress taken = new InetSocketAddress("127.0.0.1", server.port());

        // When / Then
        assertThatThrownBy(() -> ProbeServer.start(taken, new Reported(), () -> "", null))
                .isInstanceOf(StartupException.class)
                .hasMessage("admin port 127.0.0.1:" + server.port() + " is in use");
    }
}
