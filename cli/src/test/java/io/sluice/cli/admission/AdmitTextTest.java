package io.sluice.cli.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.DocumentTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Verdicts as a person reads them. */
final class AdmitTextTest {
    private static List<String> lines(String json) throws Exception {
        return AdmitText.lines("acme/a", (Map<?, ?>) DocumentTree.ofJson(json));
    }

    @Test
    void shouldMarkTheLimitThatDecides_whenDenied() throws Exception {
        // Given
        String denied =
                "{\"verdict\":\"deny\",\"reason\":\"limit per-client has 0 of 20 tokens left\",\"tier\":\"free\","
                        + "\"rulesetRevision\":7,\"decisionId\":\"0-31\",\"limitId\":\"per-client\",\"limits\":["
                        + "{\"id\":\"per-client\",\"scope\":\"acme/a\",\"limit\":20,\"remaining\":0,"
                        + "\"nextTokenMillis\":3000,"
                        + "\"resetAfterMillis\":60000},"
                        + "{\"id\":\"per-account\",\"scope\":\"\",\"limit\":200,\"remaining\":200,"
                        + "\"nextTokenMillis\":0,"
                        + "\"resetAfterMillis\":0,\"mode\":\"shadow\"}]}";

        // When / Then
        assertThat(lines(denied))
                .containsExactly(
                        "deny: limit per-client has 0 of 20 tokens left",
                        "client acme/a, tier free, revision 7, decision 0-31",
                        "* per-client (acme/a): 0 of 20 left, one more in 3000 ms, full in 60000 ms",
                        "  per-account: 200 of 200 left, in shadow");
    }

    @Test
    void shouldSayThatNobodyDecided_whenDegraded() throws Exception {
        // Given
        String degraded =
                "{\"verdict\":\"allow\",\"reasonCode\":\"degraded\",\"reason\":\"no verdict\",\"degraded\":true}";

        // When / Then
        assertThat(lines(degraded))
                .containsExactly(
                        "allow: no verdict",
                        "client acme/a, no verdict in time: the failure policy answers, nothing is charged");
    }

    @Test
    void shouldTellOfDelayAndReplay_whenThereAre() throws Exception {
        // Given
        String waiting = "{\"verdict\":\"allow\",\"reason\":\"throttled\",\"tier\":\"free\",\"rulesetRevision\":1,"
                + "\"decisionId\":\"0-5\",\"delayMillis\":2987,\"replayed\":true,\"limits\":[]}";

        // When / Then
        assertThat(lines(waiting))
                .contains(
                        "go ahead in 2987 ms",
                        "replayed: the answer to an earlier request with the same idempotency key");
    }
}
