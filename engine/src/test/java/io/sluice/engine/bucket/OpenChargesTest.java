package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What open charges are worth, however many there are; the essay in {@link OpenCharges} is the text. */
final class OpenChargesTest {
    private static final TokenBucket BUCKET = new TokenBucket(new Rate(1, 1_000), 500);
    private static final int SEEDS = 500;

    private static TokenState opened(TokenBucket bucket, TokenState state, long cost, long slotId) {
        return (TokenState) bucket.opened(bucket.charged(state, cost, slotId), slotId, cost);
    }

    private static TokenState closed(TokenState state, long slotId, long returned) {
        return BUCKET.closed(state, new Charge(0, slotId), 1, returned);
    }

    private static TokenState burst() {
        TokenState state = BUCKET.full(0);
        for (int slot = 0; slot < 500; slot++) {
            state = opened(BUCKET, state, 1, slot);
        }
        return state;
    }

    @Test
    void shouldGiveBackAllOfThem_whenABurstIsRefused() {
        // When five are kept
        TokenState state = burst();
        for (int slot = 0; slot < 500; slot++) {
            state = closed(state, slot, slot < 5 ? 0 : 1);
        }

        // Then
        assertThat(BUCKET.remaining(state)).isEqualTo(495);
        assertThat(state.held()).isEqualTo(HeldMarks.NONE);
    }

    @Test
    void shouldGiveNothingTwice_whenSomeHasFlowedBackMeanwhile() {
        // When
        TokenState state = BUCKET.at(burst(), 100_000);
        for (int slot = 0; slot < 500; slot++) {
            state = closed(state, slot, slot < 5 ? 0 : 1);
        }

        // Then
        assertThat(BUCKET.remaining(state)).isEqualTo(495);
    }

    @Test
    void shouldGiveNothingForThoseBefore_whenTheBucketWasFullInBetween() {
        // Given
        TokenState state = opened(BUCKET, BUCKET.at(opened(BUCKET, BUCKET.full(0), 1, 1), 1_000), 1, 2);

        // When
        TokenState first = closed(state, 1, 1);

        // Then
        assertThat(first).isEqualTo(state);
        assertThat(closed(first, 2, 1)).isEqualTo(BUCKET.full(1_000));
    }

    /** A life of a bucket, and the same without what was given back. */
    @Test
    void shouldNeverBeFullerThanWithoutThem_whenLivesAreRandom() {
        long exact = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            TokenBucket bucket = new TokenBucket(new Rate(1 + random.nextInt(3), 100), 400);
            long before = random.nextInt(100);
            List<long[]> charges = new ArrayList<>();
            List<Integer> open = new ArrayList<>();
            boolean[] isReturned = new boolean[300];
            TokenState state = bucket.debited(bucket.full(0), before, 0);
            long nowMillis = 0;
            boolean hadRoom = true;

            // When
            for (int slot = 0; slot < 300; slot++) {
                nowMillis += random.nextInt(4) == 0 ? random.nextInt(60) : 0;
                state = bucket.at(state, nowMillis);
                long openTokens =
                        open.stream().mapToLong(it -> charges.get(it)[1]).sum();
                hadRoom &= openTokens == 0 || openTokens <= state.wholeTokensMissing();
                long cost = 1 + random.nextInt(3);
                if (random.nextBoolean() && bucket.admits(state, cost)) {
                    state = opened(bucket, state, cost, charges.size());
                    open.add(charges.size());
                    charges.add(new long[] {nowMillis, cost});
                } else if (!open.isEmpty()) {
                    int ended = open.remove(random.nextInt(open.size()));
                    isReturned[ended] = random.nextInt(3) > 0;
                    long tokens = charges.get(ended)[1];
                    long first = random.nextLong(tokens);
                    Charge charge = new Charge(0, ended);
                    if (first > 0) {
                        // A part ends, and the rest after it.
                        state = bucket.closed(state, charge, first, isReturned[ended] ? first : 0);
                    }
                    long rest = tokens - first;
                    state = bucket.closed(state, charge, rest, isReturned[ended] ? rest : 0);
                }
            }

            // Then
            TokenState without = bucket.debited(bucket.full(0), before, 0);
            for (int i = 0; i < charges.size(); i++) {
                without = bucket.at(without, charges.get(i)[0]);
                without = isReturned[i] ? without : bucket.debited(without, charges.get(i)[1], i);
            }
            without = bucket.at(without, nowMillis);
            assertThat(bucket.balance(state)).as("seed %d", seed).isLessThanOrEqualTo(bucket.balance(without));
            if (hadRoom) {
                exact++;
                assertThat(state.shortfall()).as("seed %d", seed).isEqualTo(without.shortfall());
            }
        }
        assertThat(exact).as("lives in which nothing open had flowed back").isGreaterThan(SEEDS / 20);
    }
}
