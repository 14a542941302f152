package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ClientId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a caller reads is what the front end wrote, and nothing else passes for it. */
final class RestAnswerTest {
    private static final LimitStatus LIMIT = LimitStatus.of("per-client", "acme/alice")
            .limit(20)
            .remaining(3)
            .windowMillis(60_000)
            .retryAfterMillis(1_500L)
            .build();
    private static final VerdictDetails DENIED = VerdictDetails.of(VerdictCode.DENY)
            .reasonCode("limit-exceeded")
            .reason("too much")
            .decidedAtMillis(1_000)
            .rulesetRevision(7)
            .tier("free")
            .retryAfterMillis(1_500L)
            .limits(List.of(LIMIT))
            .decidingLimit(LIMIT)
            .build();

    @Test
    void shouldGiveTheVerdict_whenTheLedgerDecided() throws Exception {
        // Given: a denial, which is a problem with the members of a verdict
        byte[] body = Json.written(json -> {
            json.writeStringField("type", "https://iana.org/assignments/http-problem-types#quota-exceeded");
            json.writeNumberField("status", 429);
            json.writeStringField("detail", "too much");
            json.writeStringField("decisionId", "0-31");
            json.writeStringField("recordedIn", "decision");
            json.writeStringField("requestId", "r-1");
            VerdictDetailsJson.write(json, DENIED);
            json.writeNumberField("refusedCheck", 1);
        });

        // When
        RestAnswer answer = RestAnswer.read(body);

        // Then
        assertThat(answer.isDecided()).isTrue();
        assertThat(answer.isDegraded()).isFalse();
        assertThat(answer.verdict()).isEqualTo(Verdict.details("", "0-31", "r-1", DENIED));
        assertThat(answer.batchVerdict()).isEqualTo(new BatchVerdict("", "0-31", "r-1", 1, DENIED));
    }

    @Test
    void shouldGiveTheSettlement_whenAHoldEnded() throws Exception {
        // Given
        Settlement committed = new Settlement(
                Settlement.Outcome.COMMITTED,
                ClientId.parse("clientId", "acme/alice"),
                "0-31",
                /* slots= */ false,
                /* reserved= */ 10,
                /* cost= */ 4,
                /* uncharged= */ 0,
                /* decidedAtMillis= */ 1_000,
                /* rulesetRevision= */ 7,
                /* replayed= */ true,
                List.of(LIMIT));
        byte[] body = Json.written(json -> {
            json.writeStringField("decisionId", "0-40");
            SettlementJson.write(json, committed);
        });

        // When / Then
        assertThat(RestAnswer.read(body).settlement().settlement()).isEqualTo(committed);
    }

    @Test
    void shouldNameTheProblem_whenRefused() throws Exception {
        // Given
        String body = """
                {"type":"urn:sluice:problem:reservation-not-found","title":"Reservation not found","status":404,
                 "detail":"reservationId: 0-1 (expected: ...)","errors":[{"field":"reservationId","detail":"0-1"}]}""";

        // When
        RestAnswer answer = RestAnswer.read(bytes(body));

        // Then
        assertThat(answer.isDecided()).isFalse();
        assertThat(answer.error()).isEqualTo(new WireError(WireError.RESERVATION_NOT_FOUND, "reservationId", "0-1"));
    }

    @Test
    void shouldRefuse_whenItIsNoAnswer() {
        for (String body : List.of(
                "",
                "{",
                "[]",
                "null",
                "<html>",
                "{\"verdict\":\"allow\"",
                "{\"verdict\":\"allow\"} {}",
                "{\"verdict\":1}",
                "{\"verdict\":\"perhaps\"}",
                "{\"limits\":[{\"remaining\":1e99}]}",
                "{\"a\":".repeat(40))) {
            // When / Then
            assertThatThrownBy(() -> RestAnswer.read(bytes(body))).as(body).isInstanceOf(WireException.class);
        }
    }

    @Test
    void shouldRefuse_whenAMemberIsMissing() throws Exception {
        // Given
        RestAnswer empty = RestAnswer.read(bytes("{}"));

        // When / Then
        assertThatThrownBy(empty::verdict).isInstanceOf(WireException.class);
        assertThatThrownBy(empty::batchVerdict).isInstanceOf(WireException.class);
        assertThatThrownBy(empty::settlement).isInstanceOf(WireException.class);
        assertThatThrownBy(empty::quota).isInstanceOf(WireException.class);
        assertThatThrownBy(empty::explanation).isInstanceOf(WireException.class);
        assertThat(empty.error()).isEqualTo(new WireError(WireError.INTERNAL, "", ""));
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
