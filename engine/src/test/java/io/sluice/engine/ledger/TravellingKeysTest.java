package io.sluice.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.TravellingKeys.KeyStep;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.InMemoryLedgerStore;
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
        keys.apply(keys.home(KEY, 5));

        // Then
        assertThat(keys.count(5)).isZero();
        assertThat(departs(KEY, false, 6, 2)).isFalse();
        assertThat(departs(KEY, false, 7 + WideStatements.AGE_MILLIS_MAX, 3)).isFalse();
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
        long later = 2 * WideStatements.AGE_MILLIS_MAX;
        assertThat(keys.count(later)).isZero();
        assertThat(departs(key("order-3"), false, later, 6)).isFalse();
        assertThat(departs(key("order-3"), false, later, 7)).isTrue();
    }

    private static IdempotencyRecordKey key(String key) {
        return new IdempotencyRecordKey("acme", "acme", key);
    }

    private boolean departs(IdempotencyRecordKey key, boolean wasOut, long nowMillis, long offset) {
        KeyStep step = keys.departing(key, wasOut, nowMillis, offset);
        keys.apply(step);
        return step.follows();
    }
}
