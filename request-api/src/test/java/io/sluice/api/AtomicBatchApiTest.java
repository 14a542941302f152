package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches on a real server, over a cluster that answers as it is told. */
final class AtomicBatchApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
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

    private static HttpResponse<String> post(String body) throws Exception {
        return data.post("/v1/admissions/atomic", body);
    }

    private static String batch(String account) {
        return "{\"checks\":[{\"clientId\":\"" + account + "/a\"},{\"clientId\":\"" + account
                + "/b\",\"cost\":2}],\"requestId\":\"row-1\",\"deadlineMillis\":7}";
    }

    @Test
    void shouldAnswerOnceForAll_whenAllowed() throws Exception {
        // Given
        // When
        HttpResponse<String> response = post(batch("acme"));

        // Then
        JsonNode body = JSON.readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("ratelimit")).isPresent();
        assertThat(body.path("verdict").asText()).isEqualTo("allow");
        assertThat(body.path("requestId").asText()).isEqualTo("row-1");
        assertThat(body.has("refusedCheck")).isFalse();
        assertThat(CLUSTER.lastDeadlineMillis).isEqualTo(7);
    }

    @Test
    void shouldNameTheCheck_whenOneIsRefused() throws Exception {
        // Given
        // When
        HttpResponse<String> response = post(batch("deny"));

        // Then
        JsonNode body = JSON.readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).hasValue("3");
        assertThat(body.path("violated-policies").path(0).asText()).isEqualTo("per-client");
        assertThat(body.path("refusedCheck").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"reused,422", "slots,400", "late,503", "degraded-allow,200"})
    void shouldSaySo_whenItWasNotDecided(String account, int status) throws Exception {
        // Given
        // When
        HttpResponse<String> response = post(batch(account));

        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).doesNotContain("refusedCheck");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | checks",
                "{\"checks\":[{\"clientId\":\"acme\"}]} | checks",
                "{\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"other\"}]} | checks[1].clientId",
                "{\"checks\":[{\"clientId\":\"acme\"},{}]} | checks[1].clientId",
                "{\"checks\":[{\"clientId\":\"acme\"},{\"clientId\":\"acme\",\"reserve\":{\"ttlMillis\":1}}]}"
                        + " | checks[1].reserve"
            })
    void shouldNameTheField_whenTheBatchIsMalformed(String body, String field) throws Exception {
        // Given
        // When
        HttpResponse<String> response = post(body);

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).at("/errors/0/field").asText())
                .isEqualTo(field);
    }
}
