package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ClientId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecentRepliesTest {
    private static final int ENTRIES_MAX = 3;
    private static final LimitStatus LIMIT =
            LimitStatus.of("per-client", "acme/ada").limit(10).remaining(3).build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RecentReplies recent = new RecentReplies(ENTRIES_MAX, registry);

    @Test
    void shouldCountItAsEqual_whenAnotherReplySaysTheSame() {
        // Given
        remember(1, verdict("invalid-request"));

        // When / Then
        assertThat(recent.isAnotherReply(id(1), bytes(verdict("invalid-request"))))
                .isTrue();
        assertThat(recent.isAnotherReply(id(1), bytes(verdict("invalid-request"))))
                .isTrue();
        assertThat(compared("equal")).isEqualTo(2);
        assertThat(compared("different")).isZero();
    }

    @Test
    void shouldCountItAsEqual_whenOnlyTheBytesDiffer() {
        // Given
        remember(1, verdict("internal"));
        String spaced = new String(bytes(verdict("internal")), StandardCharsets.UTF_8).replace(",", ", ");

        // When / Then
        assertThat(recent.isAnotherReply(id(1), spaced.getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(compared("equal")).isEqualTo(1);
    }

    @Test
    void shouldCountTheDifference_whenAnotherReplySaysSomethingElse() {
        // Given
        remember(1, verdict("internal"));

        // When / Then
        assertThat(recent.isAnotherReply(id(1), bytes(verdict("invalid-request"))))
                .isTrue();
        assertThat(recent.isAnotherReply(id(1), "{bad".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(compared("different")).isEqualTo(2);
        assertThat(compared("equal")).isZero();
    }

    @Test
    void shouldNotCountADifference_whenAReplyOnlySaysThatTheRecordWasDecidedBefore() {
        // Given
        remember(1, verdict("internal"));

        // When / Then
        assertThat(recent.isAnotherReply(id(1), bytes(verdict(WireError.ALREADY_DECIDED))))
                .isTrue();
        assertThat(compared("different")).isZero();
    }

    @Test
    void shouldCountItAsEqual_whenAReplyRepeatsWhatWasDecided() {
        // Given: what the first reading of the log said
        remember(1, allowed(false, 7));
        remember(2, batch(false));
        remember(3, settled(false, List.of(LIMIT)));

        // When: somebody moved the offsets back
        assertThat(recent.isAnotherReply(id(1), bytes(allowed(true, 7)))).isTrue();
        assertThat(recent.isAnotherReply(id(2), bytes(batch(true)))).isTrue();
        assertThat(recent.isAnotherReply(id(3), bytes(settled(true, List.of()))))
                .isTrue();

        // Then
        assertThat(compared("different")).isZero();
        assertThat(compared("equal")).isEqualTo(3);
    }

    @Test
    void shouldCountTheDifference_whenARepetitionSaysSomethingElse() {
        // Given
        remember(1, allowed(false, 7));
        remember(2, settled(false, List.of(LIMIT)));

        // When: another decision; and two first readings, of which one lists no limits
        assertThat(recent.isAnotherReply(id(1), bytes(allowed(true, 8)))).isTrue();
        assertThat(recent.isAnotherReply(id(2), bytes(settled(false, List.of()))))
                .isTrue();

        // Then
        assertThat(compared("different")).isEqualTo(2);
    }

    @Test
    void shouldCompareOnlyWhatChanged_whenAnAccountIsShown() throws Exception {
        // Given: a command's reply, and that to a look at an account
        remember(1, shown(true, 1));
        remember(2, shown(false, 1));

        // When: both are read again, after a change by another command
        assertThat(recent.isAnotherReply(id(1), bytes(shown(false, 2)))).isTrue();
        assertThat(recent.isAnotherReply(id(2), bytes(shown(false, 2)))).isFalse();
        RulesReply.Refused refusal = new RulesReply.Refused(WireError.ALREADY_DECIDED, "a test", List.of());
        assertThat(recent.isAnotherReply(id(1), bytes(new ProfileReply("c-1", new ProfileReply.Refused(refusal)))))
                .isTrue();
        double before = compared("different");
        assertThat(recent.isAnotherReply(id(1), bytes(shown(true, 2)))).isTrue();

        // Then
        assertThat(before).isZero();
        assertThat(compared("different")).isEqualTo(1);
    }

    @Test
    void shouldLeaveItToOthers_whenTheRequestIsNotKnown() {
        // Given
        remember(1, verdict("internal"));

        // When / Then: another request, other random bits, a query, and nothing at all
        assertThat(recent.isAnotherReply(id(2), bytes(verdict("internal")))).isFalse();
        assertThat(recent.isAnotherReply(new CorrelationId(1, 7, 7), bytes(verdict("internal"))))
                .isFalse();
        remember(3, new Pong("c-3", 0, 1));
        assertThat(recent.isAnotherReply(id(3), bytes(new Pong("c-3", 0, 2)))).isFalse();
        assertThat(recent.isAnotherReply(id(1), null)).isFalse();
        assertThat(compared("equal") + compared("different")).isZero();
    }

    @Test
    void shouldForgetTheOldest_whenThereAreTooMany() {
        // When
        for (int number = 1; number <= ENTRIES_MAX + 1; number++) {
            remember(number, verdict("internal"));
        }

        // Then
        assertThat(recent.isAnotherReply(id(1), bytes(verdict("internal")))).isFalse();
        assertThat(recent.isAnotherReply(id(2), bytes(verdict("internal")))).isTrue();
        assertThat(gauge("sluice.client.replies.remembered")).isEqualTo(ENTRIES_MAX);
        assertThat(gauge("sluice.client.replies.remembered.max")).isEqualTo(ENTRIES_MAX);
    }

    @Test
    void shouldForgetTheOldest_whenTheyAreTooLarge() {
        // Given: two replies that fill the room of three
        String detail = "x".repeat(ENTRIES_MAX * RecentReplies.BYTES_EACH / 2 - 200);
        remember(1, error(detail));
        remember(2, error(detail));
        assertThat(gauge("sluice.client.replies.remembered")).isEqualTo(2);

        // When
        remember(3, error(detail));
        remember(4, error(detail + detail + detail));

        // Then: the last one is larger than all of it
        assertThat(gauge("sluice.client.replies.remembered")).isEqualTo(2);
        assertThat(recent.isAnotherReply(id(1), bytes(error(detail)))).isFalse();
        assertThat(recent.isAnotherReply(id(3), bytes(error(detail)))).isTrue();
        assertThat(recent.isAnotherReply(id(4), bytes(error(detail)))).isFalse();
    }

    @Test
    void shouldCompareTheNext_whenTheFirstCameTooLate() {
        // Given
        recent.rememberLate(id(1), verdict("internal"), bytes(verdict("internal")));

        // When / Then
        assertThat(recent.isAnotherReply(id(1), bytes(verdict("internal")))).isTrue();
        assertThat(recent.isAnotherReply(id(1), bytes(verdict("invalid-request"))))
                .isTrue();
        assertThat(compared("equal")).isEqualTo(1);
        assertThat(compared("different")).isEqualTo(1);
    }

    @Test
    void shouldKeepTheRequestsOwnReply_whenAnotherOneUnderItsNumberIsLate() {
        // Given: one whose random bits nobody has checked, before the request and after it
        CorrelationId foreign = new CorrelationId(1, 7, 7);
        recent.rememberLate(foreign, verdict("internal"), bytes(verdict("internal")));
        for (int again = 0; again < 100; again++) {
            remember(1, verdict("invalid-request"));
        }
        recent.rememberLate(foreign, verdict("internal"), bytes(verdict("internal")));
        remember(2, verdict("internal"));

        // When / Then: and what was replaced takes no room
        assertThat(recent.isAnotherReply(id(1), bytes(verdict("invalid-request"))))
                .isTrue();
        assertThat(recent.isAnotherReply(foreign, bytes(verdict("internal")))).isFalse();
        assertThat(gauge("sluice.client.replies.remembered")).isEqualTo(2);
    }

    @Test
    void shouldRememberNothing_whenItIsOff() {
        // Given
        RecentReplies off = new RecentReplies(0, new SimpleMeterRegistry());

        // When
        off.remember(id(1), verdict("internal"), bytes(verdict("internal")));

        // Then
        assertThat(off.isAnotherReply(id(1), bytes(verdict("internal")))).isFalse();
    }

    private void remember(long number, Reply reply) {
        recent.remember(id(number), reply, bytes(reply));
    }

    private static CorrelationId id(long number) {
        return new CorrelationId(number, 1, 2);
    }

    private static Reply allowed(boolean replayed, long decidedAtMillis) {
        return Verdict.details("c-1", "0-1", /* requestId= */ null, details(replayed, decidedAtMillis));
    }

    private static Reply batch(boolean replayed) {
        return new BatchVerdict("c-1", "0-1", /* requestId= */ null, /* refusedCheck= */ null, details(replayed, 7));
    }

    private static VerdictDetails details(boolean replayed, long decidedAtMillis) {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("a test")
                .decidedAtMillis(decidedAtMillis)
                .rulesetRevision(1)
                .tier("standard")
                .replayed(replayed)
                .limits(List.of(LIMIT))
                .build();
    }

    private static Reply settled(boolean replayed, List<LimitStatus> limits) {
        try {
            ClientId client = ClientId.parse("clientId", "acme/ada");
            return new SettlementReply(
                    "c-1",
                    "0-2",
                    new Settlement(Settlement.Outcome.COMMITTED, client, "0-1", false, 5, 3, 0, 7, 1, replayed, limits),
                    /* error= */ null);
        } catch (WireException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply shown(boolean changed, long decidedAtMillis) {
        return new ProfileReply(
                "c-1",
                new ProfileReply.Shown(
                        new Profile("acme", 0, null, Map.of(), null, null),
                        "standard",
                        decidedAtMillis,
                        1,
                        changed,
                        /* granted= */ 0));
    }

    private static Reply verdict(String code) {
        return Verdict.error("c-1", "0-1", new WireError(code, "", "a test"));
    }

    private static Reply error(String detail) {
        return new SettlementReply("c-1", "0-1", /* settlement= */ null, new WireError("internal", "", detail));
    }

    private static byte[] bytes(Reply reply) {
        return ReplyCodec.encode(reply, "acme/ada");
    }

    private double compared(String outcome) {
        return registry.get("sluice.client.replies.compared")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
