package io.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The verbs, wherever Sluice runs: admit, peek, reserve, commit, cancel, release, batch, charge, refund, quota, and a
 * change of rules.
 *
 * <p>Each test has an account of its own, so one cluster is enough for all of them. Tokens that must not flow back
 * during a test need an hour for it. Where time matters, the verdicts' own moments decide what is expected.
 */
public abstract class VerbsContract extends MeteringVerbs {
    @Test
    void shouldGiveBackTheRestOnce_whenCommitted() throws Exception {
        // Given
        DecisionId reservation = reserve("a", 10, 3_600_000);

        // When
        Settlement committed = settled(SettleRequest.commit(client("a"), reservation, 4));
        Settlement again = settled(SettleRequest.commit(client("a"), reservation, 4));
        SettlementReply cancelled = port().settle(SettleRequest.cancel(client("a"), reservation));

        // Then
        assertThat(committed.outcome()).isEqualTo(Settlement.Outcome.COMMITTED);
        assertThat(committed.returned()).isEqualTo(6);
        assertThat(taken(committed.limits())).containsEntry("per-client", 4L).containsEntry("per-account", 4L);
        assertThat(again.replayed()).isTrue();
        assertThat(cancelled.error()).extracting(WireError::code).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        assertThat(taken(quota("a"))).containsEntry("per-client", 4L);
    }

    @Test
    void shouldGiveBackAll_whenCancelled() throws Exception {
        // Given
        DecisionId reservation = reserve("a", 10, 3_600_000);

        // When
        Settlement cancelled = settled(SettleRequest.cancel(client("a"), reservation));

        // Then
        assertThat(cancelled.outcome()).isEqualTo(Settlement.Outcome.CANCELLED);
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("per-account", 0L);
    }

    @Test
    void shouldChangeNothing_whenASettlementIsNotInOrder() throws Exception {
        // Given
        DecisionId reservation = reserve("a", 10, 3_600_000);

        // When
        SettlementReply tooMuch = port().settle(SettleRequest.commit(client("a"), reservation, 11));
        SettlementReply unauthenticated = port().settle(SettleRequest.cancel(client("b"), reservation));
        SettlementReply noSlots = port().settle(SettleRequest.release(client("a"), reservation));

        // Then
        assertThat(tooMuch.error()).extracting(WireError::code).isEqualTo(WireError.COMMIT_ABOVE_RESERVATION);
        assertThat(unauthenticated.error()).extracting(WireError::code).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        assertThat(noSlots.error()).extracting(WireError::code).isEqualTo(WireError.RESERVATION_NOT_FOUND);
        assertThat(taken(quota("a"))).containsEntry("per-client", 10L);
    }

    @Test
    void shouldGiveBackAll_whenAReservationExpires() throws Exception {
        // Given
        DecisionId reservation = reserve("a", 10, 200);

        // When
        port().passTime(client("a"), 200);

        // Then
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("per-account", 0L);
        assertThat(port().settle(SettleRequest.commit(client("a"), reservation, 1))
                        .error())
                .extracting(WireError::code)
                .isEqualTo(WireError.RESERVATION_NOT_FOUND);
    }

    @Test
    void shouldFreeASlot_whenReleased() throws Exception {
        // Given
        VerdictDetails first = admit(ask("a").route(SLOTS));
        admit(ask("b").route(SLOTS));
        VerdictDetails refused = admit(ask("a").route(SLOTS));

        // When
        DecisionId slot = DecisionId.parse(
                "releaseId", Objects.requireNonNull(first.held().releaseId()));
        Settlement released = settled(SettleRequest.release(client("a"), slot));

        // Then
        assertThat(refused.decidingLimit()).extracting(LimitStatus::id).isEqualTo("slots");
        assertThat(released.outcome()).isEqualTo(Settlement.Outcome.RELEASED);
        assertThat(taken(released.limits())).containsExactly(Map.entry("slots", 1L));
        assertThat(admit(ask("a").route(SLOTS)).code()).isEqualTo(VerdictCode.ALLOW);
    }

    @Test
    void shouldChargeEveryCheck_whenABatchIsAllowed() throws Exception {
        // Given
        BatchRequest batch = batch(null, ask("a").cost(4), ask("b").cost(5), ask("a").cost(6));

        // When
        BatchVerdict verdict = (BatchVerdict) port().admitAll(batch);

        // Then
        assertThat(verdict.details().code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(verdict.refusedCheck()).isNull();
        assertThat(taken(quota("a"))).containsEntry("per-client", 10L).containsEntry("per-account", 15L);
        assertThat(taken(quota("b"))).containsEntry("per-client", 5L);
    }

    @Test
    void shouldChargeNothingAndNameTheCheck_whenOneOfABatchIsRefused() throws Exception {
        // Given
        BatchRequest batch = batch(null, ask("a").cost(15), ask("b").cost(5), ask("a").cost(6));

        // When
        BatchVerdict verdict = (BatchVerdict) port().admitAll(batch);

        // Then: together they want more than there can be.
        assertThat(verdict.details().code()).isEqualTo(VerdictCode.DENY);
        assertThat(verdict.refusedCheck()).isEqualTo(2);
        assertThat(verdict.details().decidingLimit())
                .extracting(LimitStatus::id, LimitStatus::scope)
                .containsExactly("per-client", account() + "/a");
        assertThat(verdict.details().retryAfterMillis()).isNull();
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("per-account", 0L);
    }

    @Test
    void shouldGiveTheSameAnswerOnce_whenTheKeyOfABatchIsRepeated() throws Exception {
        // Given
        BatchRequest batch = batch("rows-1", ask("a").cost(4), ask("b").cost(5));
        BatchVerdict first = (BatchVerdict) port().admitAll(batch);

        // When
        BatchVerdict again = (BatchVerdict) port().admitAll(batch);
        Reply other = port().admitAll(batch("rows-1", ask("b").cost(5), ask("a").cost(4)));

        // Then
        assertThat(first.details().replayed()).isFalse();
        assertThat(again.details().replayed()).isTrue();
        assertThat(again.details().limits()).isEqualTo(first.details().limits());
        assertThat(((Verdict) other).error()).extracting(WireError::code).isEqualTo(WireError.IDEMPOTENCY_KEY_REUSED);
        assertThat(admit(ask("a").idempotencyKey("rows-1")).replayed()).isFalse();
        assertThat(taken(quota("a"))).containsEntry("per-client", 5L);
    }

    @Test
    void shouldRefuseTheBatchAsSuch_whenACheckTakesSlots() throws Exception {
        // Given
        BatchRequest batch = batch(null, ask("a").cost(4), ask("a").route(SLOTS));

        // When
        Verdict refused = (Verdict) port().admitAll(batch);

        // Then
        assertThat(refused.error()).extracting(WireError::code).isEqualTo(WireError.NOT_IN_BATCH);
        assertThat(taken(quota("a"))).containsEntry("per-client", 0L).containsEntry("slots", 0L);
    }

    private DecisionId reserve(String name, long cost, long ttlMillis) throws WireException {
        VerdictDetails reserved = admit(ask(name).cost(cost).reserveMillis(ttlMillis));
        assertThat(taken(reserved.limits())).containsEntry("per-client", cost);
        return DecisionId.parse(
                "reservationId", Objects.requireNonNull(reserved.held().reservationId()));
    }

    private Settlement settled(SettleRequest request) {
        SettlementReply reply = port().settle(request);
        assertThat(reply.error()).as("error").isNull();
        return Objects.requireNonNull(reply.settlement());
    }

    private static BatchRequest batch(@Nullable String idempotencyKey, AdmissionRequest.Builder... checks)
            throws WireException {
        List<AdmissionRequest> built = new ArrayList<>();
        for (AdmissionRequest.Builder check : checks) {
            built.add(check.build());
        }
        return BatchRequest.checked(built, /* requestId= */ null, idempotencyKey);
    }
}
