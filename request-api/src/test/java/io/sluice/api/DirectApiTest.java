package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import io.sluice.client.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered in the thread that reads, on connections whose callers do as they like. */
final class DirectApiTest {
    private static final String ADMISSIONS = "/v1/admissions";
    private static final String REQUEST = "{\"clientId\":\"acme/a\"}";
    private static final int THREADS_MAX = 8;
    private static final long IDLE_MILLIS_MAX = 400;
    private static final ScriptedAdmissions CLUSTER = new ScriptedAdmissions();
    private static RequestApi api;
    /** Of which a caller may be silent for so short a time that any machine's own pauses count. */
    private static RequestApi impatient;

    @BeforeAll
    static void start() throws Exception {
        api = start(bounded(60_000), Access.open("everybody"));
        impatient = start(bounded(IDLE_MILLIS_MAX), Access.open("everybody"));
    }

    private static RequestApiConfig bounded(long idleMillisMax) {
        return RequestApiConfig.standard("127.0.0.1", 0, 0)
                .with(RequestApiConfig.Bounds.standard()
                        .withThreadsMax(THREADS_MAX)
                        .with(new RequestApiConfig.Patience(idleMillisMax, 10_000, 10_000, 30_000)));
    }

    private static RequestApi start(RequestApiConfig config, Access access) throws Exception {
        return RequestApi.start(
                config, new DataPlane(CLUSTER, access), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @AfterAll
    static void stop() {
        CLUSTER.unblocked.countDown();
        api.close();
        impatient.close();
    }

    private static RawConnection connect() throws Exception {
        return new RawConnection(api.dataPort());
    }

    @Test
    void shouldGoOnWithTheNext_whenARequestIsRefused() throws Exception {
        // Given
        String tooLong = "{\"clientId\":\"a\",\"x\":\"" + "x".repeat(100_000) + "\"}";
        List<Integer> statuses = new ArrayList<>();

        // When
        try (RawConnection connection = connect()) {
            for (String request : List.of(
                    RawConnection.post(ADMISSIONS, REQUEST),
                    RawConnection.post(ADMISSIONS, "{"),
                    RawConnection.post(ADMISSIONS, tooLong),
                    RawConnection.post(ADMISSIONS, REQUEST).replace("application/json", "text/xml"),
                    RawConnection.post(ADMISSIONS, REQUEST).replace("POST", "PUT"),
                    RawConnection.head("GET", ADMISSIONS),
                    RawConnection.head("GET", "/healthz"),
                    RawConnection.post(ADMISSIONS + "/", REQUEST),
                    RawConnection.post("/v1/%61dmissions?x=1", REQUEST))) {
                statuses.add(connection.send(request).read().status());
            }
        }

        // Then
        assertThat(statuses).containsExactly(200, 400, 413, 415, 405, 405, 200, 200, 200);
    }

    @Test
    void shouldAnswerInOrder_whenRequestsComeTogether() throws Exception {
        // Given
        String together = RawConnection.post(ADMISSIONS, "{\"clientId\":\"acme/a\",\"requestId\":\"1\"}")
                + RawConnection.head("GET", "/healthz")
                + RawConnection.post(ADMISSIONS, "{\"clientId\":\"deny\",\"requestId\":\"2\"}");

        // When
        try (RawConnection connection = connect().send(together)) {
            // Then
            assertThat(connection.read().body()).contains("\"requestId\":\"1\"");
            assertThat(connection.read().body()).contains("up");
            assertThat(connection.read().body()).contains("\"requestId\":\"2\"");
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void shouldWaitForTheRest_whenABodyComesInPieces(boolean chunked) throws Exception {
        // Given
        String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + REQUEST.length();

        // When
        try (RawConnection connection = connect().send(RawConnection.head("POST", ADMISSIONS, length))) {
            for (char c : REQUEST.toCharArray()) {
                connection.send(chunked ? "1\r\n" + c + "\r\n" : String.valueOf(c));
            }
            Reply reply = connection.send(chunked ? "0\r\n\r\n" : "").read();

            // Then
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"OPTIONS * HTTP/1.1", "CONNECT x:1 HTTP/1.1", "GET //v1/admissions HTTP/1.1", "TRACE / HTTP/1.1"
            })
    void shouldRefuse_whenThePathIsNone(String line) throws Exception {
        // Given
        try (RawConnection connection = connect()) {
            // When
            Reply reply = connection.send(line + "\r\nHost: x\r\n\r\n").read();

            // Then
            assertThat(reply.status()).as(reply.head()).isBetween(400, 499);
        }
    }

    @Test
    void shouldTellAndClose_whenTheRestOfABodyDoesNotCome() throws Exception {
        // Given
        try (RawConnection connection = new RawConnection(impatient.dataPort())) {
            // When
            connection.send(RawConnection.head("POST", ADMISSIONS, "Content-Length: 100") + "{");
            Reply reply = connection.read();

            // Then
            assertThat(reply.status()).isEqualTo(408);
            assertThat(reply.body()).contains("urn:sluice:problem:request-timeout");
            assertThat(reply.closes()).isTrue();
            assertThat(connection.readAll()).isEmpty();
        }
    }

    @Test
    void shouldTellAtOnce_whenTheCallerAsksBeforeItSends() throws Exception {
        // Given
        String expecting = RawConnection.head("POST", ADMISSIONS, "Content-Length: 70000", "Expect: 100-continue");

        // When
        try (RawConnection connection = connect().send(expecting)) {
            Reply reply = connection.read();

            // Then
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.closes()).isTrue();
        }
    }

    @Test
    void shouldLetItSend_whenTheCallerAsksFirstAndTheBodyFits() throws Exception {
        // Given
        String expecting =
                RawConnection.head("POST", ADMISSIONS, "Content-Length: " + REQUEST.length(), "Expect: 100-continue");

        // When
        try (RawConnection connection = connect().send(expecting)) {
            Reply goOn = connection.read();
            Reply reply = connection.send(REQUEST).read();

            // Then
            assertThat(goOn.status()).isEqualTo(100);
            assertThat(reply.status()).isEqualTo(200);
        }
    }

    @Test
    void shouldStopListening_whenABodyNobodyWantsDoesNotEnd() throws Exception {
        // Given
        try (RawConnection connection = connect()) {
            connection.send(RawConnection.head("POST", ADMISSIONS, "Content-Length: 100000000"));

            // When
            for (int i = 0; i < 17; i++) {
                connection.send("x".repeat(1 << 16));
            }
            Reply reply = connection.read();

            // Then
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.closes()).isTrue();
        }
    }

    @Test
    void shouldTellAStranger_whenItListensOnlyAfterSending() throws Exception {
        // Given
        String body = "{\"clientId\":\"acme/a\"" + " ".repeat(60_000) + "}";
        try (RequestApi shut = start(RequestApiConfig.standard("127.0.0.1", 0, 0), Access.of(List.of()))) {
            ApiCaller unauthenticated = new ApiCaller(shut.dataPort());

            // A connection that is closed before all of a body is read loses the answer now and then.
            for (int i = 0; i < 20; i++) {
                // When / Then
                assertThat(unauthenticated.post(ADMISSIONS, body).statusCode()).isEqualTo(401);
                assertThat(unauthenticated.post(ADMISSIONS + "/batch", body).statusCode())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void shouldAnswer_whenTheVerdictTakesLongerThanAConnectionMayBeSilent() throws Exception {
        // Given
        try (RawConnection connection = new RawConnection(impatient.dataPort())) {
            connection.send(RawConnection.post(ADMISSIONS, "{\"clientId\":\"hang\"}"));

            // When
            CLUSTER.neverAnswered.completeOnTimeout(
                    new Answer.Degraded<>(true, "late"), 3 * IDLE_MILLIS_MAX, TimeUnit.MILLISECONDS);

            // Then
            assertThat(connection.read().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldAnswerAdmissions_whenEveryThreadOfThePoolWaits() throws Exception {
        // Given
        List<RawConnection> waiting = new ArrayList<>();
        try (RawConnection connection = connect()) {
            connection.send(RawConnection.post(ADMISSIONS, REQUEST)).read();
            for (int i = 0; i < 2 * THREADS_MAX; i++) {
                waiting.add(connect().send(RawConnection.head("GET", "/v1/clients/blocked/quota")));
            }
            Awaitility.await().until(() -> CLUSTER.blocked.get() >= THREADS_MAX / 2);

            // When
            Reply reply =
                    connection.send(RawConnection.post(ADMISSIONS, REQUEST)).read();

            // Then
            assertThat(reply.status()).isEqualTo(200);
        } finally {
            CLUSTER.unblocked.countDown();
            for (RawConnection each : waiting) {
                each.close();
            }
        }
    }
}
