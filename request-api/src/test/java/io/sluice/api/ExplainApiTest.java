package io.sluice.api;

import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code POST /v1/explain} answers to those who may see rules. */
final class ExplainApiTest {
    private static AdminPort port;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    private static HttpResponse<String> explain(String body) throws Exception {
        return port.admin.send(port.as("vera", "/v1/explain").POST(json(body)));
    }

    @Test
    void shouldTellVerdictAndLimits_whenAsked() throws Exception {
        // Given
        // When
        HttpResponse<String> response = explain("{\"clientId\":\"acme/alice\",\"cost\":2}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .startsWith("{\"clientId\":\"acme/alice\",\"answer\":{\"verdict\":\"allow\"")
                .endsWith("\"limitsTotal\":2,\"truncated\":true,\"explained\":[{\"id\":\"writes\",\"matched\":false,"
                        + "\"mismatch\":\"method: \\\"GET\\\" (expected: PUT)\"}]}");
    }

    @Test
    void shouldBeAProblem_whenTheRequestIsWrong() throws Exception {
        // Given
        // When / Then
        assertThat(problem(explain("{\"clientId\":\"acme\",\"cost\":-1}"), 400, "invalid-request")
                        .path("detail")
                        .asText())
                .isEqualTo("cost: -1 (expected: 0..1000000000)");
        problem(explain("{\"clientId\":\"elsewhere\"}"), 400, "invalid-request");
        problem(explain("{\"clientId\":\"broken\"}"), 500, "internal");
    }

    @Test
    void shouldSaySo_whenThereIsNoAnswerInTime() throws Exception {
        // Given
        // When
        HttpResponse<String> response = explain("{\"clientId\":\"late\",\"deadlineMillis\":7}");

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("no verdict within 7 ms");
    }
}
