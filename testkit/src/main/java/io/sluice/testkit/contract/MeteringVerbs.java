package io.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The part of {@link VerbsContract} in which what is done is accounted for: charges, debt, refunds, own costs. */
abstract class MeteringVerbs extends AdmissionVerbs {
    private static final Route METERED = new Route("POST", "/metered", "");
    private static final Route GRACED = new Route("POST", "/graced", "");

    private AdmissionRequest.Builder done(RequestMode mode, long cost) {
        return ask("a").route(METERED).cost(cost).mode(mode);
    }

    private static LimitStatus of(String limitId, List<LimitStatus> limits) {
        return limits.stream()
                .filter(limit -> limit.id().equals(limitId))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldGoBelowEmptyAndNoFurther_whenMoreWasUsedThanThereIs() throws Exception {
        // When
        VerdictDetails debt = admit(done(RequestMode.CHARGE, 15));
        VerdictDetails beyond = admit(done(RequestMode.CHARGE, 400));
        VerdictDetails asked = admit(ask("a").route(METERED).cost(1));

        // Then
        assertThat(debt.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(debt.reasonCode()).isEqualTo("charged");
        assertThat(debt.uncharged()).isZero();
        assertThat(of("metered", debt.limits()))
                .extracting(LimitStatus::charged, LimitStatus::remaining)
                .containsExactly(15L, 0L);
        // 10 at once and 20 below empty, 15 of which are gone; the client's own limit has no overdraft.
        assertThat(beyond.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(beyond.reasonCode()).isEqualTo("charged-in-part");
        assertThat(of("metered", beyond.limits()).charged()).isEqualTo(15);
        assertThat(of("per-client", beyond.limits()).charged()).isEqualTo(5);
        assertThat(beyond.uncharged()).isEqualTo(395);
        assertThat(asked.code()).isEqualTo(VerdictCode.DENY);
        // Thirty hours of refill are missing, less what the test took.
        assertThat(of("metered", asked.limits()).resetAfterMillis()).isBetween(29 * 3_600_000L, 30 * 3_600_000L);
    }

    @Test
    void shouldAllowWithinTheGraceAndSaySo_whenTheLimitIsExceeded() throws Exception {
        // When
        VerdictDetails within = admit(ask("a").route(GRACED).cost(10));
        VerdictDetails exceeding =
                admit(ask("a").route(GRACED).cost(2).idempotencyKey("grace-1").reserveMillis(3_600_000));
        VerdictDetails refused = admit(ask("a").route(GRACED).cost(1));
        VerdictDetails again =
                admit(ask("a").route(GRACED).cost(2).idempotencyKey("grace-1").reserveMillis(3_600_000));
        DecisionId reservation = DecisionId.parse(
                "reservationId", Objects.requireNonNull(exceeding.held().reservationId()));
        port().settle(SettleRequest.cancel(client("a"), reservation));

        // Then
        assertThat(within.reasonCode()).isEqualTo("within-limits");
        assertThat(of("graced", within.limits()).graceRemaining()).isEqualTo(2);
        assertThat(exceeding.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(exceeding.reasonCode()).isEqualTo("within-grace");
        assertThat(of("graced", exceeding.limits()))
                .extracting(LimitStatus::remaining, LimitStatus::debt, LimitStatus::graceRemaining)
                .containsExactly(0L, 2L, 0L);
        assertThat(refused.reasonCode()).isEqualTo("limit-exceeded");
        assertThat(again.replayed()).isTrue();
        assertThat(again.limits()).isEqualTo(exceeding.limits());
        // The one in shadow says how far it would be exceeded, and what was cancelled does not count.
        assertThat(of("watched", within.limits()))
                .extracting(LimitStatus::refused, LimitStatus::debt)
                .containsExactly(true, 6L);
        assertThat(of("watched", exceeding.limits()))
                .extracting(LimitStatus::refused, LimitStatus::debt)
                .containsExactly(false, 8L);
        assertThat(of("watched", quota("a")).debt()).isEqualTo(6);
        assertThat(of("graced", quota("a")).graceRemaining()).isEqualTo(2);
    }

    @Test
    void shouldGiveBackWhatIsMissing_whereRefundsAreTaken() throws Exception {
        // Given
        admit(done(RequestMode.CHARGE, 15));

        // When
        VerdictDetails refund = admit(done(RequestMode.REFUND, 1_000));

        // Then
        assertThat(refund.reasonCode()).isEqualTo("refunded");
        assertThat(of("metered", refund.limits()))
                .extracting(LimitStatus::charged, LimitStatus::remaining)
                .containsExactly(-15L, 10L);
        assertThat(of("per-client", refund.limits()).charged()).isZero();
        assertThat(taken(quota("a"))).containsEntry("per-client", 15L).containsEntry("metered", 0L);
    }

    @Test
    void shouldChargeOnce_whenTheKeyOfAChargeIsRepeated() throws Exception {
        // Given
        VerdictDetails first = admit(done(RequestMode.CHARGE, 4).idempotencyKey("stream-1"));

        // When
        VerdictDetails again = admit(done(RequestMode.CHARGE, 4).idempotencyKey("stream-1"));

        // Then
        assertThat(again.replayed()).isTrue();
        assertThat(again.limits()).isEqualTo(first.limits());
        assertThat(taken(quota("a"))).containsEntry("metered", 4L);
    }

    @Test
    void shouldKeepMoreThanWasReserved_whereThereIsAnOverdraft() throws Exception {
        // Given
        VerdictDetails reserved = admit(ask("a").route(METERED).cost(8).reserveMillis(3_600_000));
        DecisionId reservation = DecisionId.parse(
                "reservationId", Objects.requireNonNull(reserved.held().reservationId()));

        // When
        SettlementReply reply = port().settle(SettleRequest.commit(client("a"), reservation, 50));
        SettlementReply again = port().settle(SettleRequest.commit(client("a"), reservation, 50));

        // Then: 42 more were used; there was room for 22, and for 12 where there is no overdraft.
        Settlement committed = Objects.requireNonNull(reply.settlement());
        assertThat(committed.returned()).isZero();
        assertThat(of("metered", committed.limits()).charged()).isEqualTo(22);
        assertThat(of("per-client", committed.limits()).charged()).isEqualTo(12);
        assertThat(committed.uncharged()).isEqualTo(30);
        assertThat(Objects.requireNonNull(again.settlement()).replayed()).isTrue();
        assertThat(Objects.requireNonNull(again.settlement()).uncharged()).isEqualTo(30);
        assertThat(admit(ask("a").route(METERED)).code()).isEqualTo(VerdictCode.DENY);
    }

    @Test
    void shouldChargeEachLimitItsOwnCost_whereOneComputesIt() throws Exception {
        // When
        VerdictDetails allowed = admit(ask("a").route(METERED).cost(2).attribute("bytes", "4097"));
        VerdictDetails unreadable = admit(ask("a").route(METERED).cost(2).attribute("bytes", "many"));

        // Then
        assertThat(of("bytes", allowed.limits()))
                .extracting(LimitStatus::cost, LimitStatus::charged)
                .containsExactly(5L, 5L);
        assertThat(of("metered", allowed.limits()).cost()).isNull();
        assertThat(of("bytes", unreadable.limits()).charged()).isZero();
        assertThat(taken(quota("a"))).containsEntry("bytes", 5L).containsEntry("metered", 4L);
    }

    @Test
    void shouldChargeAllOfThem_whenSeveralAreDone() throws Exception {
        // Given
        BatchRequest batch = BatchRequest.checked(
                List.of(
                        done(RequestMode.CHARGE, 14).build(),
                        done(RequestMode.CHARGE, 14).build()),
                /* requestId= */ null,
                /* idempotencyKey= */ null);

        // When
        BatchVerdict verdict = (BatchVerdict) port().admitAll(batch);

        // Then: the client's own limit had 20.
        assertThat(verdict.details().code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(verdict.details().reasonCode()).isEqualTo("charged-in-part");
        assertThat(verdict.details().uncharged()).isEqualTo(8);
        assertThat(of("metered", verdict.details().limits()).charged()).isEqualTo(28);
    }
}
