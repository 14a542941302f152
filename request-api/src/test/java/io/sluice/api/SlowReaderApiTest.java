package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.server.KnownHosts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that ask and do not read, open connections and say nothing, or begin a head and never end it. */
final class SlowReaderApiTest {
    private static final int THREADS_MAX = 8;
    private static final int DEAF = 3 * THREADS_MAX;
    private final List<RawConnection> open = new ArrayList<>();

    private static RequestApi start(RequestApiConfig.Bounds bounds) throws Exception {
        Access access = Access.open("everybody");
        return RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0).with(bounds.withThreadsMax(THREADS_MAX)),
                new DataPlane(new ScriptedAdmissions(), access),
                new AdminPlane(new ScriptedControlPlane(), access, KnownHosts.of(List.of("x"))),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    private static RequestApiConfig.Bounds patience(long headMillisMax, long answerMillisMax) {
        return RequestApiConfig.Bounds.standard()
                .with(new RequestApiConfig.Patience(60_000, headMillisMax, 10_000, answerMillisMax));
    }

    private RawConnection connect(int port) throws Exception {
        RawConnection connection = new RawConnection(port);
        open.add(connection);
        return connection;
    }

    private RawConnection deaf(int port) throws Exception {
        RawConnection connection = RawConnection.narrow(port);
        open.add(connection);
        return connection;
    }

    @AfterEach
    void hangUp() throws Exception {
        for (RawConnection each : open) {
            each.close();
        }
    }

    private static String metrics(int port) throws Exception {
        return new ApiCaller(port).get("/metrics").body();
    }

    /**
     * LONG is a method that nobody knows, told again in the answer, so that few answers are more than any buffer
     * takes.
     */
    @ParameterizedTest
    @CsvSource({
        "false,GET,/openapi.yaml",
        "false,LONG,/v1/reservations",
        "true,GET,/openapi-admin.yaml",
        "true,LONG,/v1/rulesets/proposals",
    })
    void shouldAnswerEverybodyElse_whenManyAskAndNeverRead(boolean isAdmin, String method, String path)
            throws Exception {
        // Given: more of them than there are threads, all of them stuck
        try (RequestApi api = start(patience(10_000, 60_000))) {
            int port = isAdmin ? api.adminPort() : api.dataPort();
            askWithoutReading(port, RawConnection.head(method.replace("LONG", "F".repeat(4_000)), path));
            String unread = "sluice_http_connections_unread{port=\"" + (isAdmin ? "admin" : "data") + "\"} ";
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> metrics(port).contains(unread + DEAF + ".0"));

            // When / Then
            assertEverybodyElseIsServed(api, port);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerEverybodyElse_whenManyScrapeAndNeverRead(boolean isAdmin) throws Exception {
        // Given
        try (RequestApi api = start(patience(10_000, 60_000))) {
            int port = isAdmin ? api.adminPort() : api.dataPort();

            // When
            askWithoutReading(port, RawConnection.head("GET", "/metrics"));

            // Then
            assertEverybodyElseIsServed(api, port);
        }
    }

    private void askWithoutReading(int port, String admission) throws Exception {
        for (int i = 0; i < DEAF; i++) {
            RawConnection deaf = deaf(port);
            // What it has to say may get stuck as well.
            Thread asks = new Thread(() -> ask(deaf, admission.repeat(100)), "asks");
            asks.setDaemon(true);
            asks.start();
        }
    }

    private static void assertEverybodyElseIsServed(RequestApi api, int port) throws Exception {
        for (int i = 0; i < 10; i++) {
            ApiCaller caller = new ApiCaller(port);
            assertThat(caller.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(caller.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(caller.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(caller.get("/nothing").statusCode()).isEqualTo(404);
        }
        assertThat(new ApiCaller(api.dataPort())
                        .post("/v1/admissions", "{\"clientId\":\"acme/a\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    private static void ask(RawConnection connection, String requests) {
        try {
            for (int i = 0; i < 1_000; i++) {
                connection.send(requests);
            }
        } catch (java.io.IOException e) {
            // The test is over.
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldClose_whenAnAnswerIsNotRead() throws Exception {
        // Given
        try (RequestApi api = start(patience(10_000, /* answerMillisMax= */ 500))) {
            RawConnection deaf = deaf(api.dataPort());
            String requests = RawConnection.head("GET", "/openapi.yaml").repeat(100);

            // When
            Thread asks = new Thread(() -> ask(deaf, requests), "asks");
            asks.setDaemon(true);
            asks.start();

            // Then
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> metrics(api.adminPort())
                            .contains("sluice_http_connections_closed_total{cause=\"slow-reader\",port=\"data\"} 1.0"));
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "GET /healthz HT", "'GET /healthz HTTP/1.1\r\nHost: x\r\nX: y'"})
    void shouldClose_whenAHeadDoesNotEnd(String begun) throws Exception {
        // Given: never silent for long
        try (RequestApi api = start(patience(/* headMillisMax= */ 500, 30_000))) {
            RawConnection connection = connect(api.dataPort()).send(begun);
            Thread trickle = new Thread(() -> trickle(connection, begun.isEmpty() ? "" : "x"), "trickle");
            trickle.setDaemon(true);

            // When
            trickle.start();
            String answer = connection.readAll();
            trickle.interrupt();

            // Then
            assertThat(answer).isEmpty();
            assertThat(metrics(api.adminPort()))
                    .contains("sluice_http_connections_closed_total{cause=\"slow-head\",port=\"data\"} 1.0");
        }
    }

    private static void trickle(RawConnection connection, String bytes) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(50);
                connection.send(bytes);
            }
        } catch (InterruptedException | java.io.IOException e) {
            // The connection is closed.
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldKeepTheConnection_whenItsCallerOnlyRests() throws Exception {
        // Given
        try (RequestApi api = start(patience(/* headMillisMax= */ 300, 300))) {
            RawConnection connection = connect(api.dataPort());
            String post =
                    RawConnection.head("POST", "/v1/admissions", "Content-Length: 21") + "{\"clientId\":\"acme/a\"}";

            for (int i = 0; i < 3; i++) {
                // When
                assertThat(connection.send(post).read().status()).isEqualTo(200);

                // Then: for longer than a head or an answer may take
                Thread.sleep(1_500);
            }
            assertThat(connection.send(post).read().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldServeNewCallers_whenOthersHoldAllConnections() throws Exception {
        // Given
        try (RequestApi api = start(RequestApiConfig.Bounds.standard().withConnectionsMax(20))) {
            for (int i = 0; i < 40; i++) {
                connect(api.dataPort());
            }
            Awaitility.await()
                    .until(() -> metrics(api.adminPort())
                            .contains("sluice_http_connections_closed_total{cause=\"crowded\",port=\"data\"} 2"));

            // When / Then: those that ask nothing go first
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> new ApiCaller(api.dataPort()).get("/healthz").statusCode() == 200);
        }
    }
}
