package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.warmup.HttpWarmUp;
import io.sluice.client.Readiness;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A front end that calls itself before it says that it is ready. */
final class WarmUpApiTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String METER = "sluice_http_";

    private final ScriptedAdmissions cluster = new ScriptedAdmissions();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void shouldBeReadyWithoutAnAdmission_whenItHasWarmedUp() throws Exception {
        // Given
        cluster.readiness = new Readiness(false, "a partition does not answer");
        try (RequestApi api = started(60_000)) {
            ApiCaller caller = new ApiCaller(api.dataPort());
            assertThat(caller.get("/readyz").body()).contains("a partition does not answer");

            // When
            cluster.readiness = new Readiness(true, "");

            // Then
            Awaitility.await().atMost(WITHIN).until(() -> caller.get("/readyz").statusCode() == 200);
            assertThat(api.readiness().ready()).isTrue();
            assertThat(cluster.explained.get()).isGreaterThan(200);
            assertThat(cluster.askedBy).isEmpty();
            assertThat(registry.scrape().lines().filter(line -> line.startsWith(METER)))
                    .noneMatch(line -> line.contains("\"admissions\""));
        }
    }

    @Test
    void shouldBeReadyAfterItsTime_whenTheClusterIsSlow() throws Exception {
        // Given
        cluster.explainsNothing = true;
        try (RequestApi api = started(300)) {
            ApiCaller caller = new ApiCaller(api.dataPort());

            // When / Then: it is not ready at once, and not kept waiting for ever
            Awaitility.await().atMost(WITHIN).until(() -> caller.get("/readyz").statusCode() == 200);
        }
    }

    @Test
    void shouldNotBeWarm_whenAllThatItGetsAreErrorsAtOnce() throws Exception {
        // Given
        cluster.explainsNoVerdict = true;
        try (RequestApi api = started(60_000)) {
            // When: it has had more than enough of them
            Awaitility.await().atMost(WITHIN).until(() -> cluster.explained.get() > 300);

            // Then
            assertThat(api.readiness().ready()).isFalse();
            cluster.explainsNoVerdict = false;
            Awaitility.await().atMost(WITHIN).until(() -> api.readiness().ready());
        }
    }

    @Test
    void shouldBeReady_whenTheWarmUpEndsWithAnError() {
        // Given
        HttpWarmUp.Port broken = (path, admissions) -> {
            throw new NoClassDefFoundError("a class of the warm-up");
        };
        try (HttpWarmUp warmUp = new HttpWarmUp(cluster, broken, 60_000)) {
            // When
            warmUp.start();

            // Then: whoever watches threads hears of it, and nobody waits for ever
            Awaitility.await()
                    .dontCatchUncaughtExceptions()
                    .atMost(WITHIN)
                    .until(() -> warmUp.readiness().ready());
        }
    }

    @Test
    void shouldNeverBeReady_whenItStopsBefore() throws Exception {
        // Given
        cluster.explainsNothing = true;
        RequestApi api = started(60_000);

        // When
        api.close();

        // Then
        assertThat(api.readiness()).isEqualTo(new Readiness(false, "the front end is warming up"));
    }

    @Test
    void shouldBeReadyAtOnce_whenThereIsNoWarmUp() throws Exception {
        // Given / When
        try (RequestApi api = started(0)) {
            // Then
            assertThat(new ApiCaller(api.adminPort()).get("/readyz").statusCode())
                    .isEqualTo(200);
            assertThat(cluster.explained.get()).isZero();
        }
    }

    private RequestApi started(long warmUpMillisMax) throws RequestApiStartException {
        return RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0).withWarmUp(warmUpMillisMax),
                DataPlane.open(cluster),
                registry);
    }
}
