package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import io.sluice.api.server.KnownHosts;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers that announce much and send little, on both ports: they cost neither memory nor threads, and have an end. */
final class SlowBodyApiTest {
    private static final int THREADS_MAX = 8;
    private static final int ROOM_BYTES = 2 << 20;
    private static final String BATCH = "/v1/admissions/batch";
    private static final String REQUEST = "{\"clientId\":\"acme/a\"}";
    private final List<RawConnection> open = new ArrayList<>();

    private static RequestApi start(RequestApiConfig.Bounds bounds, Access access) throws Exception {
        ScriptedControlPlane writer = new ScriptedControlPlane();
        writer.reset();
        return RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0).with(bounds),
                new DataPlane(new ScriptedAdmissions(), access),
                new AdminPlane(writer, access, KnownHosts.of(List.of("x"))),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    private static RequestApiConfig.Bounds bounds(long bodyMillisMax) {
        return RequestApiConfig.Bounds.standard()
                .withThreadsMax(THREADS_MAX)
                .withBodiesBytesMax(ROOM_BYTES)
                .with(new RequestApiConfig.Patience(60_000, 10_000, bodyMillisMax, 30_000));
    }

    private RawConnection connect(int port) throws Exception {
        RawConnection connection = new RawConnection(port);
        open.add(connection);
        return connection;
    }

    private void announce(int port, int connections, String path, int length) throws Exception {
        for (int i = 0; i < connections; i++) {
            connect(port).send(RawConnection.head("POST", path, "Content-Length: " + length) + "{");
        }
    }

    @AfterEach
    void hangUp() throws Exception {
        for (RawConnection each : open) {
            each.close();
        }
    }

    private static long metric(int port, String line) throws Exception {
        String metrics = new ApiCaller(port).get("/metrics").body();
        Matcher value = Pattern.compile("^" + Pattern.quote(line) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(metrics);
        assertThat(value.find()).as(line + " in " + metrics).isTrue();
        return (long) Double.parseDouble(value.group(1));
    }

    @Test
    void shouldCountWhatArrives_whenMuchMoreIsAnnounced() throws Exception {
        // Given
        try (RequestApi api = start(bounds(60_000), Access.open("everybody"))) {
            // When
            announce(api.dataPort(), 300, BATCH, 1 << 20);
            announce(api.dataPort(), 100, "/v1/reservations", 60_000);
            announce(api.adminPort(), 100, "/v1/rulesets/proposals", 1 << 20);

            // Then: at least a byte of each, and no more than a small piece
            Awaitility.await()
                    .untilAsserted(() -> assertThat(metric(api.adminPort(), "sluice_http_body_bytes"))
                            .isGreaterThanOrEqualTo(500));
            assertThat(metric(api.adminPort(), "sluice_http_body_bytes")).isLessThanOrEqualTo(500 * 256);
            assertThat(metric(api.adminPort(), "sluice_http_body_bytes_max")).isEqualTo(ROOM_BYTES);
            ApiCaller data = new ApiCaller(api.dataPort());
            assertThat(data.post("/v1/admissions", REQUEST).statusCode()).isEqualTo(200);

            // When
            hangUp();

            // Then
            Awaitility.await()
                    .untilAsserted(() -> assertThat(metric(api.adminPort(), "sluice_http_body_bytes"))
                            .isZero());
        }
    }

    @Test
    void shouldAnswer503_whenThereIsNoRoomForAnotherBody() throws Exception {
        // Given
        String most = "x".repeat(900_000);
        try (RequestApi api = start(bounds(60_000), Access.open("everybody"))) {
            for (int i = 0; i < 2; i++) {
                connect(api.dataPort())
                        .send(RawConnection.head("POST", BATCH, "Content-Length: 1000000"))
                        .send(most);
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(metric(api.dataPort(), "sluice_http_body_bytes"))
                            .isGreaterThanOrEqualTo(1_800_000));

            // When
            HttpResponse<String> response = new ApiCaller(api.dataPort()).post(BATCH, most);
            HttpResponse<String> onTheOtherPort = new ApiCaller(api.adminPort()).post("/v1/rulesets/proposals", most);

            // Then
            for (HttpResponse<String> each : List.of(response, onTheOtherPort)) {
                assertThat(each.statusCode()).isEqualTo(503);
                assertThat(each.headers().firstValue("retry-after")).hasValue("1");
                assertThat(each.body()).contains("temporary-reduced-capacity");
            }
            assertThat(metric(api.dataPort(), "sluice_http_bodies_refused_total{cause=\"no-room\"}"))
                    .isEqualTo(2);
            assertThat(metric(api.dataPort(), "sluice_http_body_bytes")).isBetween(1_800_000L, (long) ROOM_BYTES);
            assertThat(new ApiCaller(api.dataPort())
                            .post(
                                    "/v1/reservations",
                                    "{\"clientId\":\"acme/a\",\"cost\":5,\"reserve\":{\"ttlMillis\":30000}}")
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void shouldKeepNothing_whenAStrangerSends() throws Exception {
        // Given
        try (RequestApi api = start(bounds(60_000), Access.of(List.of()))) {
            for (String path : List.of("/v1/reservations", BATCH)) {
                connect(api.dataPort())
                        .send(RawConnection.head("POST", path, "Content-Length: 60000"))
                        .send("x".repeat(50_000));
            }

            // When
            HttpResponse<String> refused = new ApiCaller(api.dataPort()).post("/v1/reservations", "x".repeat(60_000));

            // Then
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(metric(api.dataPort(), "sluice_http_body_bytes")).isZero();
            for (RawConnection each : open) {
                Reply reply = each.read();
                assertThat(reply.status()).isEqualTo(401);
                assertThat(reply.closes()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false,/v1/admissions",
        "false,/v1/admissions/batch",
        "false,/v1/admissions/atomic",
        "false,/v1/reservations",
        "false,/v1/reservations/0-1/commit",
        "true,/v1/rulesets/proposals",
        "true,/v1/explain"
    })
    void shouldTellAndClose_whenABodyOnlyTrickles(boolean isAdmin, String path) throws Exception {
        // Given: never silent for long
        try (RequestApi api = start(bounds(/* bodyMillisMax= */ 700), Access.open("everybody"))) {
            RawConnection connection = connect(isAdmin ? api.adminPort() : api.dataPort());
            connection.send(RawConnection.head("POST", path, "Content-Length: 1000") + "{");
            Thread trickle = new Thread(() -> trickle(connection), "trickle");

            // When
            long startNanos = System.nanoTime();
            trickle.start();
            Reply reply = connection.read();
            trickle.interrupt();
            trickle.join();

            // Then
            assertThat(reply.status()).isEqualTo(408);
            assertThat(reply.body()).contains("urn:sluice:problem:request-timeout");
            assertThat(reply.closes()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
            assertThat(metric(api.dataPort(), "sluice_http_bodies_refused_total{cause=\"late\"}"))
                    .isEqualTo(1);
        }
    }

    private static void trickle(RawConnection connection) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(50);
                connection.send(" ");
            }
        } catch (InterruptedException | java.io.IOException e) {
            // The answer is there, or the connection is closed after it.
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldAnswerEverybodyElse_whenBodiesComeSlowly() throws Exception {
        // Given: more of them than either port has threads
        try (RequestApi api = start(bounds(60_000), Access.open("everybody"))) {
            announce(api.dataPort(), 3 * THREADS_MAX, "/v1/reservations", 60_000);
            announce(api.dataPort(), 3 * THREADS_MAX, "/v1/admissions/atomic", 60_000);
            announce(api.adminPort(), 3 * THREADS_MAX, "/v1/rulesets/proposals", 60_000);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(metric(api.dataPort(), "sluice_http_body_bytes"))
                            .isGreaterThanOrEqualTo(9 * THREADS_MAX));

            for (int port : new int[] {api.dataPort(), api.adminPort()}) {
                // When
                ApiCaller caller = new ApiCaller(port);

                // Then
                assertThat(caller.get("/healthz").statusCode()).isEqualTo(200);
                assertThat(caller.get("/readyz").statusCode()).isEqualTo(200);
                assertThat(caller.get("/metrics").statusCode()).isEqualTo(200);
            }
            assertThat(new ApiCaller(api.dataPort())
                            .post(
                                    "/v1/reservations",
                                    "{\"clientId\":\"acme/a\",\"cost\":5,\"reserve\":{\"ttlMillis\":30000}}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(new ApiCaller(api.adminPort())
                            .post("/v1/rulesets/proposals", "{}")
                            .statusCode())
                    .isEqualTo(400);
        }
    }
}
