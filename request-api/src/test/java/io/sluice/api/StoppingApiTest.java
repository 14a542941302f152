package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.client.Answer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A front end that stops while callers wait for their verdicts. */
final class StoppingApiTest {
    private static final String WAITING = "{\"clientId\":\"hang\",\"deadlineMillis\":60000}";
    private static final Duration WITHIN = Duration.ofSeconds(30);

    @Test
    void shouldAnswerWhatItHas_whenItStops() throws Exception {
        // Given
        ScriptedAdmissions cluster = new ScriptedAdmissions();
        RequestApi api = started(cluster);
        ApiCaller caller = new ApiCaller(api.dataPort());
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> posted(caller));
        Awaitility.await().atMost(WITHIN).until(() -> cluster.askedBy.contains("hang"));

        // When
        CompletableFuture<Void> stop = CompletableFuture.runAsync(api::close);
        cluster.neverAnswered.complete(new Answer.Unavailable<>("this is its answer"));

        // Then
        HttpResponse<String> answer = waiting.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.body()).contains("this is its answer");
        stop.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void shouldSayThatThereIsNoAnswer_whenItStopsBeforeTheVerdictComes() throws Exception {
        // Given
        ScriptedAdmissions cluster = new ScriptedAdmissions();
        RequestApi api = started(cluster);
        ApiCaller caller = new ApiCaller(api.dataPort());
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> posted(caller));
        Awaitility.await().atMost(WITHIN).until(() -> cluster.askedBy.contains("hang"));

        // When
        CompletableFuture<Void> stop = CompletableFuture.runAsync(api::close);

        // Then
        HttpResponse<String> answer = waiting.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the client is closing");
        stop.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
    }

    private static RequestApi started(ScriptedAdmissions cluster) throws Exception {
        return RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(cluster),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    private static HttpResponse<String> posted(ApiCaller caller) {
        try {
            return caller.post("/v1/admissions", WAITING);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
