package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.api.data.PunctualAdmissions;
import io.sluice.client.Answer;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** Requests that a front end reads late, and how late that is. */
final class PunctualAdmissionsTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final ScriptedAdmissions cluster = new ScriptedAdmissions();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private long lagMillis;
    private final PunctualAdmissions punctual = new PunctualAdmissions(cluster, () -> lagMillis, registry);

    private double late() {
        return registry.get("sluice.http.requests.late").counter().count();
    }

    @Test
    void shouldCountTheLagAsPartOfTheDeadline_whenItIsLong() throws Exception {
        // Given
        AdmissionRequest request = AdmissionRequest.of("acme/alice").build();
        lagMillis = 199;

        // When / Then a short one does not count
        assertThat(punctual.admit(request, 1_000).join()).isInstanceOf(Answer.Answered.class);
        assertThat(cluster.lastDeadlineMillis).isEqualTo(1_000);

        // When / Then
        lagMillis = 400;
        assertThat(punctual.admit(request, 1_000).join()).isInstanceOf(Answer.Answered.class);
        assertThat(cluster.lastDeadlineMillis).isEqualTo(600);
        assertThat(late()).isZero();
    }

    @Test
    void shouldSendNothing_whenTheDeadlineIsOverAlready() throws Exception {
        // Given
        lagMillis = 1_000;

        // When / Then
        assertThat(punctual.admit(AdmissionRequest.of("acme/alice").build(), 1_000)
                        .join())
                .isInstanceOf(Answer.Unavailable.class);
        // One that may be delayed needs its time for that.
        assertThat(punctual.admit(AdmissionRequest.of("wait").maxWaitMillis(500).build(), 1_400)
                        .join())
                .isInstanceOf(Answer.Unavailable.class);
        assertThat(punctual.quota(ClientId.parse("clientId", "acme/alice"), 900).join())
                .isInstanceOf(Answer.Unavailable.class);
        assertThat(cluster.askedBy).isEmpty();
        assertThat(late()).isEqualTo(3);
    }

    @Test
    void shouldSendIt_whenItGivesSomethingBack() throws Exception {
        // Given
        lagMillis = 5_000;
        SettleRequest cancel =
                SettleRequest.cancel(ClientId.parse("clientId", "acme/alice"), DecisionId.parse("id", "0-1"));

        // When
        punctual.settle(cancel, 1_000);

        // Then
        assertThat(cluster.lastSettled).isEqualTo(cancel);
    }

    @Test
    void shouldShowHowLateAPortReads_whenAThreadIsBusy() throws Exception {
        // Given a handler that keeps the thread that reads
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Handler busy = new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                entered.countDown();
                assertThat(released.await(WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
                callback.succeeded();
                return true;
            }
        };
        try (HttpPort port = new HttpPort(
                        RequestApiConfig.standard("127.0.0.1", 0, 0),
                        new HttpPort.Settings("data", 0, 8),
                        busy,
                        registry)
                .start()) {
            // When
            CompletableFuture<HttpResponse<Void>> answer = HttpClient.newHttpClient()
                    .sendAsync(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(entered.await(WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();

            // Then
            Awaitility.await("the lag").atMost(WITHIN).until(() -> port.lagMillis() > 300);
            released.countDown();
            answer.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
            Awaitility.await("no lag").atMost(WITHIN).until(() -> port.lagMillis() < 200);
        }
    }
}
