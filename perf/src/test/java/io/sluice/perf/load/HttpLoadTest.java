package io.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sluice.perf.load.AdmissionLoad.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load against a server that answers as it is told. */
final class HttpLoadTest {
    private static final byte[] ALLOW = "{\"verdict\":\"allow\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DENY = "{\"verdict\":\"deny\"}".getBytes(StandardCharsets.UTF_8);

    private final AtomicInteger asked = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AdmissionLoad loadRequests =
            new AdmissionLoad("", List.of(new Request("a/1", "/x"), new Request("b/2", "/x")));
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void shouldCountWhatWasAdmittedToWhom_whenHalfIsDenied() throws Exception {
        // Given
        answer(number -> new Received(number % 2 == 0 ? 200 : 429, number % 2 == 0 ? ALLOW : DENY));

        // When
        HttpLoad.Result result = load(1).openLoop(200, Duration.ofMillis(100));

        // Then
        assertThat(result.answers()).isEqualTo(20);
        assertThat(result.latencies().getTotalCount()).isEqualTo(20);
        assertThat(loadRequests.admittedByClient()).containsEntry("a/1", 10L).containsEntry("b/2", 0L);
        assertThat(loadRequests.denied()).isEqualTo(10);
    }

    @Test
    void shouldCountFromTheIntendedMoment_whenTheServerStalls() throws Exception {
        // Given a server whose first answer comes after every other request was due
        CountDownLatch stall = new CountDownLatch(1);
        answer(number -> {
            if (number == 0) {
                boolean unused = stall.await(250, TimeUnit.MILLISECONDS);
            }
            return new Received(200, ALLOW);
        });

        // When
        HttpLoad.Result result = load(1).openLoop(100, Duration.ofMillis(200));

        // Then: the requests that waited for the only connection have waited as well
        assertThat(result.latencies().getTotalCount()).isEqualTo(20);
        assertThat(TimeUnit.NANOSECONDS.toMillis(result.latencies().getValueAtPercentile(50)))
                .isGreaterThanOrEqualTo(50);
    }

    @Test
    void shouldAskOnEveryConnection_whenTheLoopIsClosed() throws Exception {
        // Given
        answer(number -> new Received(200, ALLOW));

        // When
        HttpLoad.Result result = load(3).closedLoop(Duration.ofMillis(50));

        // Then
        assertThat(result.answers()).isGreaterThanOrEqualTo(3).isEqualTo(asked.get());
        assertThat(loadRequests.admitted()).isEqualTo(result.answers());
    }

    @Test
    void shouldReadTheWholeBody_whenItComesInChunks() throws Exception {
        // Given an answer that is cut within the word that is looked for
        byte[] chunked = ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "d\r\n{\"verdict\":\"a\r\n6\r\nllow\"}\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);

        // When
        HttpReply part = HttpReply.parse(chunked.clone(), chunked.length - 1);
        HttpReply whole = HttpReply.parse(chunked, chunked.length);

        // Then
        assertThat(part).isNull();
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.length()).isEqualTo(chunked.length);
        assertThat(whole.indexOf(ALLOW, 0)).isPositive();
    }

    @Test
    void shouldFail_whenAnAnswerIsNoVerdict() throws Exception {
        // Given
        answer(number -> new Received(503, DENY));

        // Then
        assertThatThrownBy(() -> load(1).closedLoop(Duration.ofMillis(50)))
                .hasMessageStartingWith("a request was not answered: not a verdict: HTTP/1.1 503");
    }

    private HttpLoad load(int connections) {
        return HttpLoad.on(server.getAddress().getPort(), connections, loadRequests);
    }

    private record Received(int status, byte[] body) {}

    @FunctionalInterface
    private interface Answering {
        Received to(int number) throws InterruptedException;
    }

    private void answer(Answering answering) {
        server.createContext("/v1/admissions", exchange -> {
            exchange.getRequestBody().readAllBytes();
            try (OutputStream body = exchange.getResponseBody()) {
                Received told = answering.to(asked.getAndIncrement());
                exchange.sendResponseHeaders(told.status(), told.body().length);
                body.write(told.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
