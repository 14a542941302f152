package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a bucket hands over when a new ruleset changes its rate or capacity. */
final class TokenBucketRebaseTest {
    private static final TokenBucket OLD = new TokenBucket(new Rate(1, 1_000), 10);

    private static TokenBucket successor(long tokens, long perMillis, long burst) {
        return new TokenBucket(new Rate(tokens, perMillis), burst);
    }

    @Test
    void shouldStayFull_whenFull() {
        // Given
        TokenState full = TokenState.full(7);

        // Then
        assertThat((TokenState) OLD.handedTo(successor(1, 1, 1), full)).isEqualTo(full);
        assertThat((TokenState) OLD.handedTo(successor(1, 1, 1_000), full)).isEqualTo(full);
    }

    @Test
    void shouldKeepTokensUsed_whenTheCapacityGrows() {
        // Given
        TokenState state = new TokenState(7, 4, 250);
        TokenBucket larger = successor(1, 1_000, 100);

        // When
        TokenState rebased = (TokenState) OLD.handedTo(larger, state);

        // Then
        assertThat(rebased).isEqualTo(state);
        assertThat(larger.remaining(rebased)).isEqualTo(96);
    }

    @Test
    void shouldKeepTokensUsed_whenTheCapacityShrinksButStillCoversThem() {
        // Given
        TokenBucket smaller = successor(1, 1_000, 4);

        // When
        TokenState rebased = (TokenState) OLD.handedTo(smaller, new TokenState(7, 4, 250));

        // Then
        assertThat(rebased).isEqualTo(new TokenState(7, 4, 250));
        assertThat(smaller.remaining(rebased)).isZero();
        assertThat(smaller.nextTokenMillis(rebased)).isEqualTo(750);
    }

    @Test
    void shouldCapAtEmpty_whenMoreIsUsedThanTheNewCapacity() {
        // Given
        TokenBucket smaller = successor(1, 1_000, 3);

        // When
        TokenState rebased = (TokenState) OLD.handedTo(smaller, new TokenState(7, 4, 999));

        // Then
        assertThat(rebased).isEqualTo(new TokenState(7, 3, 0));
        assertThat(smaller.fullAfterMillis(rebased)).isEqualTo(smaller.windowMillis(TokenState.full(0)));
    }

    @Test
    void shouldRoundPartsDown_whenTheRateChanges() {
        // Given
        // 999/1000 of a token.
        TokenState state = new TokenState(7, 4, 999);

        // Then
        assertThat((TokenState) OLD.handedTo(successor(1, 10, 10), state)).isEqualTo(new TokenState(7, 4, 9));
        assertThat((TokenState) OLD.handedTo(successor(1, 1, 10), state)).isEqualTo(new TokenState(7, 4, 0));
        assertThat((TokenState) OLD.handedTo(successor(1, 2_000, 10), state)).isEqualTo(new TokenState(7, 4, 1_998));
    }

    @Test
    void shouldKeepTheState_whenTheSuccessorMeansTheSame() {
        // Given
        TokenState state = new TokenState(7, 4, 999);

        // Then
        assertThat((TokenState) OLD.handedTo(successor(60, 60_000, 10), state)).isSameAs(state);
    }

    @Test
    void shouldNeverCreateQuota_whenAnyBucketReplacesAnyOther() {
        for (long seed = 0; seed < 20_000; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            TokenBucket before = anyBucket(random);
            TokenBucket after = anyBucket(random);
            long used = random.nextLong(1, before.burst() + 1);
            TokenState state =
                    new TokenState(0, used, random.nextLong(0, before.rate().periodMillis()));

            // When
            TokenState rebased = (TokenState) before.handedTo(after, state);

            // Then
            // The shortfall, capped at the new capacity, has shrunk by nothing and grown by less than one part.
            BigInteger exact = shortfall(before, state).min(scaled(before, after.burst()));
            BigInteger oldUnits = BigInteger.valueOf(after.rate().periodMillis());
            BigInteger newUnits = BigInteger.valueOf(before.rate().periodMillis());
            BigInteger grown = shortfall(after, rebased).multiply(newUnits).subtract(exact.multiply(oldUnits));
            assertThat(grown.signum()).as("seed %d: quota created", seed).isNotNegative();
            if (used <= after.burst()) {
                assertThat(grown).as("seed %d: quota lost", seed).isLessThan(newUnits);
            }
            assertThat(rebased.refilledParts())
                    .as("seed %d", seed)
                    .isLessThan(after.rate().periodMillis());
        }
    }

    private static TokenBucket anyBucket(SplittableRandom random) {
        long period = random.nextLong(1, 1L << random.nextInt(1, 38));
        long tokens = random.nextLong(1, Math.min(Rate.TOKENS_MAX, period * Rate.TOKENS_PER_MILLI_MAX) + 1);
        return successor(tokens, period, random.nextLong(1, 1L << random.nextInt(1, 39)));
    }

    private static BigInteger shortfall(TokenBucket bucket, TokenState state) {
        return scaled(bucket, state.usedTokens()).subtract(BigInteger.valueOf(state.refilledParts()));
    }

    private static BigInteger scaled(TokenBucket bucket, long tokens) {
        return BigInteger.valueOf(tokens)
                .multiply(BigInteger.valueOf(bucket.rate().periodMillis()));
    }
}
