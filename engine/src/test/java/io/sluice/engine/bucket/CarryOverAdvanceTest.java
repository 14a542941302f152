package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of tokens that were taken in advance when a limit changes. */
final class CarryOverAdvanceTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final TokenBucket BEFORE = new TokenBucket(new Rate(1, 1_000), 20);

    /** 20 used, and 5 in advance, the last scheduled time in 5 s. */
    private static TokenState advance() {
        TokenState state = BEFORE.charged(BEFORE.full(NOW), 20, 1);
        return BEFORE.chargedInAdvance(state, 5, 2, 5_000);
    }

    @ParameterizedTest
    @CsvSource({
        "ADDITIVE,     40, 25",
        "ADDITIVE,     22, 25",
        "ADDITIVE,     10, 15",
        "PROPORTIONAL, 40, 45",
        "PROPORTIONAL, 10, 15",
        "AS_IS,        40, 45",
        "AS_IS,        10, 15",
        "RESET,        40, 0"
    })
    void shouldStayTaken_whenTheCapacityChanges(CarryOver carryOver, long burst, long used) {
        // Given
        TokenBucket after = new TokenBucket(new Rate(1, 1_000), burst);

        // When
        TokenState carried = (TokenState) carryOver.carried(BEFORE, advance(), after);

        // Then
        assertThat(carried.usedTokens()).isEqualTo(used);
        assertThat(carried.hasAdvance()).isEqualTo(used > 0);
        // How much room there was at the scheduled times is not known under another limit: what is held is worth
        // nothing.
        assertThat(after.returned(carried, new Charge(NOW, 1), 3)).isEqualTo(carried);
        if (used > 0) {
            TokenState later = after.at(carried, NOW + 5_000);
            assertThat(later.hasAdvance()).isFalse();
            assertThat(later.usedTokens()).isEqualTo(used - 5);
            assertThat(after.returned(later, new Charge(NOW, 1), 3)).isEqualTo(later);
        }
    }

    @Test
    void shouldTakeNoMoreThanAMinuteGivesBack_whenTheRateFalls() {
        // Given
        LeakyBucket after = new LeakyBucket(new Rate(1, 30_000), 10);

        // When
        TokenState carried = (TokenState) CarryOver.ADDITIVE.carried(BEFORE, advance(), after);

        // Then
        assertThat(carried.usedTokens()).isEqualTo(12);
        assertThat(after.remaining(carried)).isZero();
        assertThat(after.waitMillis(carried, 1)).isEqualTo(90_000);
    }

    @Test
    void shouldBeForgotten_whenTheNewAlgorithmTakesNothingInAdvance() {
        // Given
        FixedWindow after = new FixedWindow(new Window.EpochAligned(60_000), 40);

        // When
        BucketState carried = CarryOver.AS_IS.carried(BEFORE, advance(), after);

        // Then
        assertThat(carried.usedTokens()).isEqualTo(40);
    }

    @Test
    void shouldBeKept_whenALeakyBucketTakesThePlaceOfItsTwin() {
        // Given
        LeakyBucket after = new LeakyBucket(new Rate(1, 1_000), 20);

        // When
        TokenState carried = (TokenState) CarryOver.ADDITIVE.carried(BEFORE, advance(), after);

        // Then
        assertThat(carried.usedTokens()).isEqualTo(25);
        assertThat(after.delayMillis(carried, 1)).isEqualTo(25_000);
    }
}
