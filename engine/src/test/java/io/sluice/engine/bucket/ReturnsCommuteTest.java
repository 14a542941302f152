package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether tokens go back before or after some time has passed makes no difference, to the last part of a token. */
final class ReturnsCommuteTest {
    private static final int SEEDS = 20_000;
    private static final int CHARGES = 12;

    static List<Algorithm> algorithms() {
        return List.of(
                new TokenBucket(new Rate(3, 10), 20),
                new TokenBucket(new Rate(7, 3_600_000), 1_000_000_000_000L),
                new LeakyBucket(new Rate(2, 7), 15),
                new FixedWindow(new Window.EpochAligned(50), 20),
                new FixedWindow(new Window.FirstHit(50), 20),
                new FixedWindow(new Window.Calendar(Window.Unit.HOUR, ZoneId.of("Europe/Zurich"), 1), 20),
                new SlidingWindowCounter(50, 20),
                new SlidingWindowLog(50, 20),
                new Concurrency(20, 40));
    }

    private record Made(Charge charge, long cost) {}

    @ParameterizedTest
    @MethodSource("algorithms")
    void shouldLeaveTheSameBucket_whenReturnedEarlierOrLater(Algorithm algorithm) {
        long partial = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            long nowMillis = 1_700_000_000_000L + random.nextInt(100);
            BucketState state = algorithm.full(nowMillis);
            List<Made> made = new ArrayList<>();
            for (int i = 0; i < CHARGES; i++) {
                nowMillis += random.nextInt(4) == 0 ? random.nextInt(30) : 0;
                state = algorithm.at(state, nowMillis);
                long cost = 1 + random.nextInt(6);
                if (algorithm.admits(state, cost)) {
                    state = algorithm.held(algorithm.charged(state, cost, i), i, 0);
                    made.add(new Made(new Charge(nowMillis, i), cost));
                }
            }
            Made one = made.get(random.nextInt(made.size()));
            long back = random.nextLong(one.cost() + 1);
            long earlier = nowMillis + random.nextInt(60);
            long later = earlier + random.nextInt(120);

            // When
            BucketState first =
                    algorithm.at(algorithm.returned(algorithm.at(state, earlier), one.charge(), back), later);
            BucketState last = algorithm.returned(algorithm.at(state, later), one.charge(), back);

            // Then
            assertThat(last).as("seed %d", seed).isEqualTo(first);
            assertThat(algorithm.remaining(last))
                    .as("seed %d", seed)
                    .isBetween(algorithm.remaining(algorithm.at(state, later)), algorithm.capacity());
            partial += first.isFull() ? 0 : 1;
        }
        assertThat(partial).as("buckets that are not full in the end").isGreaterThan(SEEDS / 20);
    }
}
