package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static io.sluice.client.fastpath.ScriptedFrontEnd.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.DecisionId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Denials of requests that a signal makes dearer: a front end does not repeat them when the signal has turned. */
final class ScaledDenialsTest {
    private static final long CAPACITY = 100;
    private static final long LONG_MILLIS = 60_000;

    private static long nanos(long millis) {
        return millis * 1_000_000;
    }

    /** What is remembered of the denial of an admission, where a limit of 10 a second has so much left. */
    private static @Nullable Denial denial(long cost, long left, @Nullable Long retryAfterMillis) {
        LimitStatus limit = LimitStatus.of("per-client", "")
                .limit(CAPACITY)
                .remaining(left)
                .windowMillis(10_000)
                .resetAfterMillis(10_000)
                .nextTokenMillis(100)
                .retryAfterMillis(retryAfterMillis)
                .build();
        VerdictDetails details = VerdictDetails.of(VerdictCode.DENY)
                .reasonCode(retryAfterMillis == null ? "cost-above-capacity" : "limit-exceeded")
                .retryAfterMillis(retryAfterMillis)
                .decidingLimit(limit)
                .limits(List.of(limit))
                .build();
        Denial.Origin origin = new Denial.Origin(
                new DecisionId(0, 7), new AdmissionVerdict.Denial("0-7"), details, cost, new RoundTrip(0, nanos(2)));
        return Denial.ofAdmission(origin, LONG_MILLIS);
    }

    @Test
    void shouldNotRememberIt_whenOnlyTheScaledCostIsAboveTheCapacity() {
        assertThat(denial(/* cost= */ 40, /* left= */ 100, /* retryAfterMillis= */ null))
                .isNull();
    }

    @Test
    void shouldRememberIt_whenItsOwnCostIsAboveTheCapacity() {
        // When
        Denial denial = denial(/* cost= */ 101, /* left= */ 100, /* retryAfterMillis= */ null);

        // Then
        assertThat(denial).isNotNull();
        assertThat(denial.isOver(nanos(Denial.NEVER_MILLIS - 1))).isFalse();
        assertThat(denial.isOver(nanos(Denial.NEVER_MILLIS))).isTrue();
    }

    @Test
    void shouldNotRememberIt_whenOnlyTheScaledCostIsNotThere() {
        assertThat(denial(/* cost= */ 20, /* left= */ 20, /* retryAfterMillis= */ 6_000L))
                .isNull();
    }

    @Test
    void shouldHoldUntilItsOwnCostIsThere_whenTheScaledCostTakesLonger() {
        // When: 5 tokens are missing, or 65 as it is scaled
        Denial denial = denial(/* cost= */ 20, /* left= */ 15, /* retryAfterMillis= */ 6_500L);

        // Then
        assertThat(denial).isNotNull();
        assertThat(denial.isOver(nanos(499))).isFalse();
        assertThat(denial.isOver(nanos(500))).isTrue();
    }

    @Test
    void shouldHoldForAsLongAsTheLedgerSaid_whenNothingIsScaled() {
        // When
        Denial denial = denial(/* cost= */ 20, /* left= */ 15, /* retryAfterMillis= */ 480L);

        // Then
        assertThat(denial).isNotNull();
        assertThat(denial.isOver(nanos(479))).isFalse();
        assertThat(denial.isOver(nanos(480))).isTrue();
    }

    @Test
    void shouldForgetADenial_whenNothingIsLentAnyMore() {
        // Given: it is known for two lease times that 5,000 are too many
        ManualTimers timers = new ManualTimers();
        ScriptedLedger ledger = new ScriptedLedger(timers);
        ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);
        front.activate(CLIENT);
        ledger.perSecond = 0.01;
        ledger.tokens(0);
        front.ask(CLIENT, 5_000);
        timers.pass(10);
        assertThat(front.ask(CLIENT, 5_000).isLocal()).isTrue();

        // When: there is enough for others, which ask for leases
        ledger.tokens(1_000);
        ledger.leasable = false;
        front.askEvery(5, 1_200, CLIENT);
        Asked after = front.ask(CLIENT, 5_000);
        timers.pass(10);

        // Then
        assertThat(after.isDenied()).isTrue();
        assertThat(after.isLocal()).isFalse();
    }
}
