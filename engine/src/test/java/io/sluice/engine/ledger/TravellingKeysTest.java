package io.sluice.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.TravellingKeys.KeyStep;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WideStatements;
import org.junit.jupiter.api.Test;

/** Who travels first under an idempotency key, and who behind it. */
final class TravellingKeysTest {
    private static final IdempotencyRecordKey KEY = new IdempotencyRecordKey("acme", "acme", "order-1");

    private final InMemoryLedgerStore store = new InMemoryLedgerStore();
    private final TravellingKeys keys = new TravellingKeys(store, /* keysMax= */ 2);

    @Test
    void shouldGoBehind_whenTheFirstWithItsKeyIsOut() {
        assertThat(departs(KEY, false, 0, 1)).isFalse();
        assertThat(departs(KEY, false, 5, 2)).isTrue();
        // The first itself goes out again while rules change.
        assertThat(departs(KEY, true, 6, 3)).isFalse();
    }

    @Test
    void shouldGoFirst_whenTheOneBeforeIsHomeOrTooLate() {
        // Given
        departs(KEY, false, 0, 1);

        // When
        keys.apply(keys.home(KEY, /* sentMillis= */ 0, 5));

        // Then
        assertThat(keys.count(5)).isZero();
        assertThat(departs(KEY, false, 6, 2)).isFalse();
        assertThat(departs(KEY, false, 7 + TravellingKey.REMEMBERED_MILLIS, 3)).isFalse();
    }

    @Test
    void shouldKeepTheEntryOfAnother_whenTheFirstComesHomeAfterItsOwnWasOver() {
        // Given the entry of the first is over, and its retry went out by itself
        departs(KEY, false, 0, 1);
        long retryMillis = 1 + TravellingKey.REMEMBERED_MILLIS;
        departs(KEY, false, retryMillis, 2);

        // When the first is home
        keys.apply(keys.home(KEY, /* sentMillis= */ 0, retryMillis + 1));

        // Then a third goes behind the retry
        assertThat(departs(KEY, false, retryMillis + 2, 3)).isTrue();
        keys.apply(keys.home(KEY, retryMillis, retryMillis + 3));
        assertThat(departs(KEY, false, retryMillis + 4, 4)).isFalse();
    }

    @Test
    void shouldGoBehind_whenAWrongStampHasTakenTheTimeAheadOfTheFirst() {
        // Given the first goes out, and a leader is an hour fast for ten seconds
        PartitionClock clock = PartitionClock.at(1_000_000);
        KeyStep first = keys.departing(KEY, false, clock.stampMillis(), clock.millis(), 1);
        keys.apply(first);
        LogPosition position = new LogPosition(1, clock)
                .after(2, 1_000_000 + 3_600_000)
                .after(3, 1_000_000 + 3_610_000)
                .after(4, 1_000_000 + 10_000);

        // When it can come home in time for the last time, by the stamps
        PartitionClock last =
                position.after(5, 1_000_000 + WideStatements.AGE_MILLIS_MAX).clock();
        assertThat(WideStatements.isLate(1_000_000, last.stampMillis())).isFalse();
        assertThat(last.millis() - 1_000_000).isGreaterThan(2 * WideStatements.AGE_MILLIS_MAX);

        // Then its retry still goes behind it
        assertThat(keys.departing(KEY, false, last.stampMillis(), last.millis(), 5)
                        .follows())
                .isTrue();
    }

    @Test
    void shouldTravelByItself_whenThereIsNoKeyOrNoRoom() {
        // Given
        departs(KEY, false, 0, 1);
        departs(key("order-2"), false, 0, 2);

        // When / Then the third is not remembered
        assertThat(departs(key("order-3"), false, 0, 3)).isFalse();
        assertThat(departs(key("order-3"), false, 0, 4)).isFalse();
        assertThat(departs(null, false, 0, 5)).isFalse();
        assertThat(keys.count(0)).isEqualTo(2);
        // When those are over, there is room
        long later = 2 * TravellingKey.REMEMBERED_MILLIS;
        assertThat(keys.count(later)).isZero();
        assertThat(departs(key("order-3"), false, later, 6)).isFalse();
        assertThat(departs(key("order-3"), false, later, 7)).isTrue();
    }

    private static IdempotencyRecordKey key(String key) {
        return new IdempotencyRecordKey("acme", "acme", key);
    }

    private boolean departs(IdempotencyRecordKey key, boolean wasOut, long nowMillis, long offset) {
        KeyStep step = keys.departing(key, wasOut, /* sentMillis= */ nowMillis, nowMillis, offset);
        keys.apply(step);
        return step.follows();
    }
}
