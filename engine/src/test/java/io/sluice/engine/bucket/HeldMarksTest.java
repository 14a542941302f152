package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What held charges are worth; the essay in {@link HeldMarks} is the text, random lives are in the compatibility kit.
 */
final class HeldMarksTest {
    private static final TokenBucket TEN = new TokenBucket(new Rate(1, 1_000), 10);

    private static TokenState held(TokenState state, long cost, long slotId) {
        return TEN.held(TEN.charged(state, cost, slotId), slotId, 0);
    }

    private static TokenState cancelled(TokenState state, long tokens, long slotId) {
        return TEN.returned(state, new Charge(0, slotId), tokens);
    }

    @Test
    void shouldFollowTheWorkedExample_whenTwoCancel() {
        // Given
        TokenState both = held(TEN.at(held(TEN.full(0), 5, 1), 3_000), 6, 2);

        // When
        TokenState withoutA = cancelled(TEN.at(both, 4_000), 5, 1);
        TokenState withoutBoth = cancelled(TEN.at(withoutA, 5_000), 6, 2);

        // Then
        assertThat(withoutA.usedTokens()).isEqualTo(5);
        assertThat(withoutA.held().marks()).containsExactly(new HeldMarks.Mark(2, 5, 0));
        assertThat(withoutBoth).isEqualTo(TEN.full(5_000));
    }

    @Test
    void shouldGiveNothingTwice_whenTheBucketWasFullInBetween() {
        // Given what was held has flowed back, and somebody else has taken everything
        TokenState state = TEN.charged(TEN.at(held(TEN.full(0), 5, 1), 5_000), 10, 2);

        // When
        TokenState after = cancelled(TEN.at(state, 6_000), 5, 1);

        // Then
        assertThat(TEN.remaining(after)).isEqualTo(1);
    }

    @Test
    void shouldGiveBackAllThatWasTaken_whenTheBucketIsBusyThroughout() {
        // Given
        TokenState state = held(TEN.charged(TEN.full(0), 5, 0), 5, 1);
        for (int second = 1; second <= 60; second++) {
            state = TEN.charged(TEN.at(state, second * 1_000L), 1, second + 1);
        }

        // When
        TokenState after = cancelled(state, 5, 1);

        // Then
        assertThat(TEN.remaining(after)).isEqualTo(5);
    }

    @Test
    void shouldGiveBackNoMoreThanWasTaken_whenMoreAreHeldThanAreToldApart() {
        // Given
        TokenBucket bucket = new TokenBucket(new Rate(1, 1_000), 1_000);
        int holds = HeldMarks.MARKS_MAX + 10;
        TokenState state = bucket.full(0);
        for (int slot = 0; slot < holds; slot++) {
            state = bucket.held(bucket.charged(state, 2, slot), slot, 0);
        }
        assertThat(state.held().marks()).hasSize(HeldMarks.MARKS_MAX);

        // When
        for (int slot = 0; slot < holds; slot++) {
            state = bucket.returned(state, new Charge(0, slot), 2);
        }

        // Then
        assertThat(state.usedTokens()).isBetween(0L, 2L * 10);
    }

    @Test
    void shouldForgetTheMark_whenEverythingIsKept() {
        // When
        TokenState kept = cancelled(held(TEN.full(0), 5, 1), 0, 1);

        // Then
        assertThat(kept).isEqualTo(TEN.charged(TEN.full(0), 5, 1));
    }

    @Test
    void shouldNotBeWorthMoreThanIsMissing_whenTheLimitGetsSmaller() {
        // Given
        TokenState state = held(TEN.full(0), 8, 1);

        // When
        TokenState smaller =
                (TokenState) CarryOver.PROPORTIONAL.carried(TEN, state, new TokenBucket(new Rate(1, 1_000), 5));

        // Then
        assertThat(smaller.usedTokens()).isEqualTo(4);
        assertThat(smaller.held().marks()).isEqualTo(List.of(new HeldMarks.Mark(1, 4, 0)));
    }
}
