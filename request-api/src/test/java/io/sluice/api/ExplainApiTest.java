package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.api.replay.LogReplays;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.DecisionId;
import java.net.http.HttpResponse;
import java.util.List;
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
    void shouldExplainADecisionOfThePast_whenOneIsNamed() throws Exception {
        // Given
        VerdictDetails details = VerdictDetails.of(VerdictCode.ALLOW)
                .rulesetRevision(7)
                .tier("free")
                .reasonCode("within-limits")
                .reason("enough")
                .decidedAtMillis(5)
                .build();
        port.replays.next = new LogReplays.Explained(
                new Explanation("c", "acme/alice", details, 0, List.of()),
                "exact: the log begins with its first record");

        // When
        HttpResponse<String> response = explain("{\"decisionId\":\"3-48211\"}");

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(port.replays.asked).isEqualTo(new DecisionId(3, 48_211));
        assertThat(response.body())
                .startsWith("{\"clientId\":\"acme/alice\",\"answer\":{\"verdict\":\"allow\"")
                .endsWith("\"explained\":[],\"decisionId\":\"3-48211\",\"state\":\"exact: the log begins with its first"
                        + " record\"}");
    }

    @Test
    void shouldSayWhy_whenADecisionOfThePastIsNotExplained() throws Exception {
        // Given
        String body = "{\"decisionId\":\"3-48211\"}";

        // When, Then
        port.replays.next = new LogReplays.Unknown("decision 3-48211: no record at this offset");
        problem(explain(body), 404, "not-found");
        port.replays.next = new LogReplays.NotNow("4 questions wait already");
        HttpResponse<String> busy = explain(body);
        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(header(busy, "retry-after")).isEqualTo("1");
        assertThat(busy.body()).contains("4 questions wait already");
        port.replays.asked = null;
        for (String wrong : List.of(
                "{\"decisionId\":\"acme\"}",
                "{\"decisionId\":7}",
                "{\"decisionId\":\"3-48211\",\"clientId\":\"acme\"}")) {
            assertThat(problem(explain(wrong), 400, "invalid-request")
                            .path("detail")
                            .asText())
                    .startsWith("decisionId: ");
        }
        assertThat(port.replays.asked).isNull();
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
