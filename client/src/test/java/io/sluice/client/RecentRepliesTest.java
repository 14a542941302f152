package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RecentRepliesTest {
    private static final int ENTRIES_MAX = 3;

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
