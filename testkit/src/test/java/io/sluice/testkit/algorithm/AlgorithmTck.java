package io.sluice.testkit.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bucket.Algorithm;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Algorithm} must pass: a million random steps against a model that is written from its definition.
 *
 * <p>Each seed makes one bucket and its life; a failure names the seed and the step, and repeats by itself.
 */
abstract class AlgorithmTck {
    private static final int BUCKETS = 10_000;
    private static final int STEPS = 100;

    /** An algorithm, and its definition. */
    record Subject(Algorithm algorithm, AlgorithmModel model) {}

    /** What the walks of one algorithm have met. */
    static final class Met {
        long admitted;
        long denied;
        long impossible;
        long free;
        long full;
        long saturated;
        long justBefore;
        long atTheEnd;
        long justAfter;
        long returned;
        long returnedInVain;
        long belowEmpty;
    }

    /** A bucket of any size. */
    abstract Subject subject(TckRandom random);

    @Test
    void shouldAgreeWithTheDefinition_whenCostsAndTimesAreRandom() {
        Met met = new Met();
        for (long seed = 0; seed < BUCKETS; seed++) {
            TckRandom random = new TckRandom(seed);
            new AlgorithmWalk(seed, subject(random), random, met).run(STEPS);
        }
        assertMetEverything(met);
    }

    @Test
    void shouldKeepEveryScheduledTime_whenTokensAreTakenInAdvance() {
        AdvanceWalk.Met met = new AdvanceWalk.Met();
        for (long seed = 0; seed < BUCKETS; seed++) {
            TckRandom random = new TckRandom(seed);
            Algorithm algorithm = subject(random).algorithm();
            if (!algorithm.chargesInAdvance()) {
                assertRefusesToTakeAhead(algorithm, random.moment());
                return;
            }
            new AdvanceWalk(seed, algorithm, random, met).run(STEPS);
        }
        assertThat(met.now).as("taken at once").isGreaterThan(100_000);
        assertThat(met.advance).as("taken in advance").isGreaterThan(20_000);
        assertThat(met.refused).as("refused").isGreaterThan(100_000);
        assertThat(met.overtakes).as("let through before another's turn").isGreaterThan(100);
        assertThat(met.returnedBeforeAScheduledTime)
                .as("given back before a turn")
                .isGreaterThan(300);
        assertThat(met.returnedInVain)
                .as("given back to a bucket that is full at a turn")
                .isGreaterThan(1_000);
        assertThat(met.caughtUp).as("all turns over").isGreaterThan(100_000);
    }

    private static void assertRefusesToTakeAhead(Algorithm algorithm, long nowMillis) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> algorithm.chargedInAdvance(algorithm.full(nowMillis), 1, 0, 1))
                .withMessage("afterMillis: 1 (expected: 0..0)");
        assertThat(algorithm.chargedInAdvance(algorithm.full(nowMillis), 1, 0, 0))
                .isEqualTo(algorithm.charged(algorithm.full(nowMillis), 1, 0));
    }

    /** The walks must have met everything, or the comparison proves little. */
    void assertMetEverything(Met met) {
        assertThat((long) BUCKETS * STEPS).isGreaterThanOrEqualTo(1_000_000);
        assertThat(met.admitted).as("admitted").isGreaterThan(200_000);
        assertThat(met.denied).as("denied").isGreaterThan(100_000);
        assertThat(met.impossible).as("cost above the capacity").isGreaterThan(10_000);
        assertThat(met.free).as("cost 0").isGreaterThan(10_000);
        assertThat(met.full).as("full buckets").isGreaterThan(50_000);
        assertThat(met.justBefore).as("1 ms before a boundary").isGreaterThan(10_000);
        assertThat(met.atTheEnd).as("at a boundary").isGreaterThan(10_000);
        assertThat(met.justAfter).as("1 ms after a boundary").isGreaterThan(10_000);
        assertThat(met.returned).as("given back").isGreaterThan(10_000);
        assertThat(met.returnedInVain).as("given back too late").isGreaterThan(10_000);
        assertThat(met.belowEmpty).as("below empty").isGreaterThan(leastBelowEmpty());
    }

    /** How often the walks have to meet a bucket below empty, if the algorithm has any. */
    long leastBelowEmpty() {
        return 5_000;
    }
}
