package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bucket.SlotsState.Slot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Concurrency} as named examples: three in flight at most, each for ten seconds. */
final class ConcurrencySpecTest {
    private static final Concurrency THREE = new Concurrency(3, 10_000);

    /** One that began at 0 as slot 7, and one of cost 2 that began at 4,000 as slot 8. */
    private static SlotsState busy() {
        SlotsState state = THREE.charged(THREE.full(0), 1, 7);
        return THREE.charged(THREE.at(state, 4_000), 2, 8);
    }

    @Test
    void shouldDeny_whenAllAreInFlight() {
        // Given
        SlotsState state = busy();

        // Then
        assertThat(state.slots()).containsExactly(new Slot(7, 1, 10_000), new Slot(8, 2, 14_000));
        assertThat(THREE.remaining(state)).isZero();
        assertThat(THREE.admits(state, 1)).isFalse();
        assertThat(THREE.admits(state, 0)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"9999, 0", "10000, 1", "10001, 1", "13999, 1", "14000, 3"})
    void shouldTakeASlotForLost_whenItsTimeToLiveHasPassed(long now, long remaining) {
        // When
        SlotsState state = THREE.at(busy(), now);

        // Then
        assertThat(THREE.remaining(state)).isEqualTo(remaining);
        assertThat(state.isFull()).isEqualTo(now == 14_000);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 6000", "2, 10000", "3, 10000"})
    void shouldTellWhenSlotsExpire_whenNobodyReleases(long cost, long wait) {
        assertThat(THREE.waitMillis(busy(), cost)).isEqualTo(wait);
    }

    @Test
    void shouldSayNever_whenCostIsAboveTheLimit() {
        assertThat(THREE.waitMillis(busy(), 4)).isEqualTo(Algorithm.NEVER);
        assertThat(THREE.waitMillis(THREE.full(0), 4)).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldFreeItsSlot_whenReleased() {
        // When
        SlotsState state = THREE.returned(busy(), new Charge(4_000, 8), 2);

        // Then
        assertThat(THREE.remaining(state)).isEqualTo(2);
        assertThat(state.slots()).containsExactly(new Slot(7, 1, 10_000));
    }

    @Test
    void shouldKeepTheRestUntilItsOwnTime_whenPartIsReleased() {
        // When
        SlotsState state = THREE.returned(busy(), new Charge(4_000, 8), 1);

        // Then
        assertThat(THREE.remaining(state)).isEqualTo(1);
        assertThat(THREE.waitMillis(state, 3)).isEqualTo(10_000);
    }

    @Test
    void shouldFreeNothing_whenReleasedTwiceOrTooLateOrByAStranger() {
        // Given
        SlotsState released = THREE.returned(busy(), new Charge(4_000, 8), 2);
        SlotsState expired = THREE.at(busy(), 10_000);

        // Then
        assertThat(THREE.returned(released, new Charge(4_000, 8), 2)).isEqualTo(released);
        assertThat(THREE.returned(expired, new Charge(0, 7), 1)).isEqualTo(expired);
        assertThat(THREE.returned(busy(), new Charge(4_000, 99), 2)).isEqualTo(busy());
    }

    @Test
    void shouldEqualOneNeverStored_whenAllWereReleased() {
        // When
        SlotsState state = THREE.returned(busy(), new Charge(4_000, 8), 2);
        state = THREE.returned(state, new Charge(0, 7), 1);

        // Then
        assertThat(state).isEqualTo(THREE.full(4_000));
    }

    @Test
    void shouldKeepSlotsReleasable_whenTheLimitOrTheTimeToLiveChanges() {
        // Given
        Concurrency smaller = new Concurrency(2, 1_000);

        // When
        SlotsState handed = (SlotsState) THREE.handedTo(smaller, busy());

        // Then
        // Three are in flight still, for as long as they were promised; one must end before another may begin.
        assertThat(handed).isEqualTo(busy());
        assertThat(smaller.remaining(handed)).isZero();
        assertThat(smaller.waitMillis(handed, 1)).isEqualTo(10_000);
        assertThat(smaller.remaining(smaller.returned(handed, new Charge(0, 7), 1)))
                .isZero();
        assertThat(smaller.remaining(smaller.returned(handed, new Charge(4_000, 8), 2)))
                .isEqualTo(1);
    }

    @Test
    void shouldTellTheEarliestEnd_whenALaterSlotExpiresFirst() {
        // Given
        Concurrency shorter = new Concurrency(3, 1_000);
        SlotsState long7 = THREE.charged(THREE.full(0), 2, 7);

        // When
        SlotsState state = shorter.charged(shorter.at(THREE.handedTo(shorter, long7), 100), 1, 8);

        // Then
        assertThat(shorter.waitMillis(state, 1)).isEqualTo(1_000);
        assertThat(shorter.waitMillis(state, 2)).isEqualTo(9_900);
    }

    @Test
    void shouldReleaseCarriedTokensByTimeOnly_whenAnotherAlgorithmCountedThem() {
        // Given
        SlotsState carried = THREE.withUsed(500, 2);

        // Then
        assertThat(THREE.remaining(carried)).isEqualTo(1);
        assertThat(THREE.returned(carried, new Charge(0, 7), 2)).isEqualTo(carried);
        assertThat(THREE.at(carried, 10_500)).isEqualTo(THREE.full(10_500));
        assertThat(THREE.withUsed(500, 0)).isEqualTo(THREE.full(500));
        assertThat(THREE.withUsed(500, TokenBucket.BURST_MAX).usedTokens()).isEqualTo(3);
    }

    @Test
    void shouldNameValueAndRange_whenOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Concurrency(1_001, 1))
                .withMessage("limit: 1001 (expected: 1..1000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Concurrency(1, 0))
                .withMessage("ttl: 0 (expected: 1..316224000000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> THREE.charged(busy(), 1, 0))
                .withMessage("cost: 1 (expected: 0..0)");
    }
}
