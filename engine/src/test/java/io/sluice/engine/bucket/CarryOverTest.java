package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link CarryOver} makes of a bucket: the table of its text, and every algorithm in front of every other. */
final class CarryOverTest {
    private static final long HOUR = 3_600_000;
    private static final int ROUNDS = 40;
    /** Two of each kind at least, of different periods and capacities, the largest among them. */
    private static final List<Algorithm> ALGORITHMS = List.of(
            new TokenBucket(new Rate(1, 1_000), 20),
            new TokenBucket(new Rate(7, 3), 1),
            new TokenBucket(new Rate(10_000, 1), TokenBucket.BURST_MAX),
            new LeakyBucket(new Rate(2, 1_000), 3),
            new LeakyBucket(new Rate(1, HOUR), 1_000_000),
            new FixedWindow(new Window.EpochAligned(60_000), 10),
            new FixedWindow(new Window.EpochAligned(60_000), 40),
            new FixedWindow(new Window.FirstHit(HOUR), 1_000),
            new FixedWindow(new Window.Calendar(Window.Unit.MONTH, ZoneId.of("Europe/Berlin"), 31), 5),
            new SlidingWindowCounter(60_000, 10),
            new SlidingWindowCounter(60_000, 1_000),
            new SlidingWindowCounter(1_000, TokenBucket.BURST_MAX),
            new SlidingWindowLog(60_000, SlidingWindowLog.LIMIT_MAX),
            new SlidingWindowLog(60_000, 3),
            new SlidingWindowLog(700, 50),
            new Concurrency(Concurrency.LIMIT_MAX, HOUR),
            new Concurrency(3, 1_000));

    /** A bucket of any history, and the limit that takes its place. */
    private record Change(long seed, Algorithm before, BucketState state, Algorithm after) {
        BigInteger used() {
            return BigInteger.valueOf(before.capacity() - before.remaining(state));
        }

        BucketState carried(CarryOver carryOver) {
            return carryOver.carried(before, state, after);
        }
    }

    private interface Check {
        void accept(Change change);
    }

    private static void forAllPairs(Check check) {
        for (Algorithm before : ALGORITHMS) {
            for (long seed = 0; seed < ROUNDS; seed++) {
                BucketState state = history(before, new TckRandom(seed));
                for (Algorithm after : ALGORITHMS) {
                    check.accept(new Change(seed, before, state, after));
                }
            }
        }
    }

    private static BucketState history(Algorithm algorithm, TckRandom random) {
        BucketState state = algorithm.full(1_700_000_000_000L);
        int steps = random.below(30);
        for (int step = 0; step < steps; step++) {
            long passed = random.upTo(2_000_000) - 1;
            state = algorithm.at(state, state.atMillis() + (random.below(3) == 0 ? passed : passed % 1_000));
            state = algorithm.charged(state, random.between(0, algorithm.remaining(state)), step);
        }
        return state;
    }

    @ParameterizedTest
    @CsvSource({
        "ADDITIVE,     40, 5,  35", "ADDITIVE,     10, 5, 5",
        "PROPORTIONAL, 40, 10, 30", "PROPORTIONAL, 10, 3, 7",
        "AS_IS,        40, 25, 15", "AS_IS,        10, 0, 10",
        "RESET,        40, 0,  40", "RESET,        10, 0, 10",
    })
    void shouldFollowTheTable_whenFiveOfTwentyAreUsed(CarryOver carryOver, long capacity, long used, long left) {
        // Given
        Rate rate = new Rate(1, 1_000);
        TokenBucket before = new TokenBucket(rate, 20);
        TokenBucket after = new TokenBucket(rate, capacity);
        TokenState state = before.charged(before.full(7), 5, 0);

        // When
        BucketState carried = carryOver.carried(before, state, after);

        // Then
        assertThat(carried).isEqualTo(new TokenState(7, used, 0));
        assertThat(after.remaining(carried)).isEqualTo(left);
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveTheStateAlone_whenTheLimitIsTheSame(CarryOver carryOver) {
        for (Algorithm algorithm : ALGORITHMS) {
            // Given
            BucketState state = history(algorithm, new TckRandom(3));

            // Then
            assertThat(carryOver.carried(algorithm, state, algorithm)).isSameAs(state);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldStayFull_whenFull(CarryOver carryOver) {
        for (Algorithm before : ALGORITHMS) {
            for (Algorithm after : ALGORITHMS) {
                // When
                BucketState carried = carryOver.carried(before, before.full(7), after);

                // Then
                assertThat(carried).as("%s to %s", before, after).isEqualTo(after.full(7));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeAStateThatTheSuccessorCanHave_whateverTheStateBefore(CarryOver carryOver) {
        forAllPairs(change -> {
            // When
            BucketState carried = change.carried(carryOver);

            // Then
            Algorithm after = change.after();
            long remaining = after.remaining(carried);
            assertThat(carried.atMillis())
                    .as("%s moment", change)
                    .isEqualTo(change.state().atMillis());
            assertThat(remaining).as("%s remaining", change).isBetween(0L, after.capacity());
            assertThat(carried.isFull()).as("%s full", change).isEqualTo(remaining == after.capacity());
            for (long cost : new long[] {1, remaining + 1, after.capacity()}) {
                assertKeepsItsWord(change, carried, Math.min(cost, after.capacity()));
            }
        });
    }

    private static void assertKeepsItsWord(Change change, BucketState carried, long cost) {
        Algorithm after = change.after();
        long wait = after.waitMillis(carried, cost);
        assertThat(wait == 0).as("%s waits for %d", change, cost).isEqualTo(after.admits(carried, cost));
        assertThat(after.admits(after.at(carried, carried.atMillis() + wait), cost))
                .as("%s %d after %d", change, cost, wait)
                .isTrue();
        if (wait > 0) {
            assertThat(after.admits(after.at(carried, carried.atMillis() + wait - 1), cost))
                    .as("%s %d before %d", change, cost, wait)
                    .isFalse();
        }
    }

    @Test
    void shouldKeepTokensInUse_whenAdditive() {
        forAllPairs(change -> {
            // When
            long remaining = change.after().remaining(change.carried(CarryOver.ADDITIVE));

            // Then
            if (looksLessFarBack(change)) {
                return;
            }
            BigInteger left = BigInteger.valueOf(change.after().capacity()).subtract(change.used());
            assertThat(remaining)
                    .as("%s", change)
                    .isLessThanOrEqualTo(left.max(BigInteger.ZERO).longValueExact());
        });
    }

    /** A log with a shorter period knows which charges it would have forgotten: they are in use no longer. */
    private static boolean looksLessFarBack(Change change) {
        return change.before() instanceof SlidingWindowLog before
                && change.after() instanceof SlidingWindowLog after
                && after.periodMillis() < before.periodMillis();
    }

    @Test
    void shouldKeepTheShareRoundedUp_whenProportional() {
        forAllPairs(change -> {
            // Given
            BigInteger capacity = BigInteger.valueOf(change.before().capacity());
            BigInteger newCapacity = BigInteger.valueOf(change.after().capacity());

            // When
            BucketState carried = change.carried(CarryOver.PROPORTIONAL);

            // Then
            if (change.before().equals(change.after())) {
                return;
            }
            BigInteger[] share = change.used().multiply(newCapacity).divideAndRemainder(capacity);
            BigInteger used = share[0].add(BigInteger.valueOf(share[1].signum()));
            assertThat(carried.usedTokens()).as("%s", change).isEqualTo(used.longValueExact());
            assertThat(change.after().remaining(carried))
                    .as("%s", change)
                    .isEqualTo(newCapacity.subtract(used).longValueExact());
        });
    }

    @Test
    void shouldKeepTokensLeftAsFarAsTheyFit_whenAsIs() {
        forAllPairs(change -> {
            // When
            BucketState carried = change.carried(CarryOver.AS_IS);

            // Then
            long left = change.before().remaining(change.state());
            long capacity = change.after().capacity();
            // A full bucket has no tokens left over: it is like one that was never stored.
            long expected = change.state().isFull() ? capacity : Math.min(left, capacity);
            assertThat(change.after().remaining(carried)).as("%s", change).isEqualTo(expected);
        });
    }

    @Test
    void shouldBeginAnew_whenReset() {
        forAllPairs(change -> {
            if (!change.before().equals(change.after())) {
                assertThat(change.carried(CarryOver.RESET))
                        .as("%s", change)
                        .isEqualTo(change.after().full(change.state().atMillis()));
            }
        });
    }

    @Test
    void shouldNeverUseMoreThanTheCapacity_whenTheSuccessorCountsAnotherWay() {
        for (Algorithm algorithm : ALGORITHMS) {
            for (long used : new long[] {0, 1, 999, 1_000, 1_001, TokenBucket.BURST_MAX}) {
                // When
                BucketState state = algorithm.withUsed(7, used);

                // Then
                assertThat(state.usedTokens())
                        .as("%s %d", algorithm, used)
                        .isEqualTo(Math.min(used, algorithm.capacity()));
                assertThat(algorithm.remaining(state))
                        .as("%s %d", algorithm, used)
                        .isEqualTo(Math.max(0, algorithm.capacity() - used));
            }
        }
    }
}
