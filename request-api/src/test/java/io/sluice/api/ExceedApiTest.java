package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Challenges, tags and callers that wait, over HTTP. */
final class ExceedApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADMISSIONS = "/v1/admissions";
    private static final ScriptedAdmissions CLUSTER = new ScriptedAdmissions();
    private static RequestApi api;
    private static ApiCaller data;

    @BeforeAll
    static void start() throws Exception {
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(CLUSTER),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        data = new ApiCaller(api.dataPort());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return JSON.readTree(response.body());
    }

    @Test
    void shouldSayChallenge_whenAChallengeMayHelp() throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS, "{\"clientId\":\"bot\"}");

        // Then
        assertThat(response.statusCode()).isEqualTo(429);
        JsonNode problem = json(response);
        assertThat(problem.path("action").asText()).isEqualTo("challenge");
        assertThat(problem.path("reasonCode").asText()).isEqualTo("challenged");
        // A limit that only tags has violated nothing.
        assertThat(problem.path("violated-policies")).hasSize(1);
        assertThat(response.headers().firstValue("retry-after")).contains("3");
    }

    @Test
    void shouldNameTheTags_whenTagged() throws Exception {
        // Given
        // When
        HttpResponse<String> response = data.post(ADMISSIONS, "{\"clientId\":\"soft\"}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("action").asText()).isEqualTo("tag");
        assertThat(json(response).path("tags").get(0).asText()).isEqualTo("soft");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
    }

    @Test
    void shouldWaitLongerThanTheDefault_whenTheCallerWaitsForItsScheduledTime() throws Exception {
        // Given
        String body = "{\"clientId\":\"wait\",\"maxWaitMillis\":1500,\"priority\":\"low\"}";
        long startNanos = System.nanoTime();

        // When
        HttpResponse<String> response = data.post(ADMISSIONS, body);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(System.nanoTime() - startNanos).isGreaterThanOrEqualTo(1_500_000_000L);
        assertThat(CLUSTER.lastDeadlineMillis).isEqualTo(RequestApiConfig.DEADLINE_MILLIS + 1_500);
    }

    @Test
    void shouldMeasureApart_whenTheAnswerWaitedOnPurpose() throws Exception {
        // Given
        String waiting = "{\"clientId\":\"wait\",\"maxWaitMillis\":300}";

        // When
        data.post(ADMISSIONS, waiting);
        data.post(ADMISSIONS + "/batch", "{\"requests\":[{\"clientId\":\"soft\"}," + waiting + "]}");
        data.post(ADMISSIONS + "/batch", "{\"requests\":[{\"clientId\":\"soft\"}]}");

        // Then: an answer is measured once it is sent
        String requests = "sluice_http_requests_seconds_count{endpoint=\"%s\",status=\"200\",throttled=\"%s\"} ";
        Awaitility.await()
                .untilAsserted(() -> assertThat(data.get("/metrics").body())
                        .contains(requests.formatted("admissions", "true"))
                        .contains(requests.formatted("batch", "true") + 1)
                        .contains(requests.formatted("batch", "false") + 1)
                        .containsPattern("sluice_http_stage_seconds_count\\{stage=\"throttled\"} [1-9]"));
    }

    @Test
    void shouldKeepTheConnection_whenTheWaitIsLongerThanItMayBeSilent() throws Exception {
        // Given
        RequestApiConfig config = RequestApiConfig.standard("127.0.0.1", 0, 0)
                .with(RequestApiConfig.Bounds.standard()
                        .with(new RequestApiConfig.Patience(/* idleMillisMax= */ 1_000, 10_000, 10_000, 30_000)));
        try (RequestApi other = RequestApi.start(
                config, DataPlane.open(CLUSTER), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {

            // When
            HttpResponse<String> response =
                    new ApiCaller(other.dataPort()).post(ADMISSIONS, "{\"clientId\":\"wait\",\"maxWaitMillis\":3000}");

            // Then
            assertThat(response.statusCode()).isEqualTo(200);
        }
    }
}
