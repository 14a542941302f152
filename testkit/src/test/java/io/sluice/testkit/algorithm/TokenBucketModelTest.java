package io.sluice.testkit.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.TokenState;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@link TokenBucket} against {@link BucketModel}, step by step over random buckets. */
final class TokenBucketModelTest {
    private static final int BUCKETS = 6_000;
    private static final int STEPS = 200;

    private long admitted;
    private long denied;
    private long impossible;
    private long saturated;

    @Test
    void shouldAgreeWithTheDefinition_whenRatesCostsAndTimesAreRandom() {
        for (long seed = 0; seed < BUCKETS; seed++) {
            new Walk(seed).run();
        }

        // The walks must have met everything, or the comparison proves little.
        assertThat(admitted + denied).isEqualTo((long) BUCKETS * STEPS).isGreaterThanOrEqualTo(1_000_000);
        assertThat(admitted).isGreaterThan(200_000);
        assertThat(denied).isGreaterThan(200_000);
        assertThat(impossible).isGreaterThan(10_000);
        assertThat(saturated).isGreaterThan(1_000);
    }

    /** One bucket's life. */
    private final class Walk {
        private final long seed;
        private final SplittableRandom random;
        private final TokenBucket bucket;
        private final BucketModel model;
        private final AdmittedBound bound;
        private TokenState state;
        private int step;

        Walk(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            long period = upTo(Rate.PERIOD_MILLIS_MAX);
            long tokens = upTo(Math.min(Rate.TOKENS_MAX, period * Rate.TOKENS_PER_MILLI_MAX));
            long burst = upTo(TokenBucket.BURST_MAX);
            long start = random.nextLong(0, 2_000_000_000_000L);
            this.bucket = new TokenBucket(new Rate(tokens, period), burst);
            this.model = new BucketModel(tokens, period, burst, start);
            this.bound = new AdmittedBound(tokens, period, burst);
            this.state = TokenState.full(start);
        }

        void run() {
            for (step = 0; step < STEPS; step++) {
                long to = model.nowMillis() + timeStep();
                model.advance(to);
                state = bucket.at(state, to);
                compareLevels();
                ask(cost());
                compareLevels();
            }
        }

        private void ask(long cost) {
            long wait = bucket.waitMillis(state, cost);
            boolean admits = bucket.admits(state, cost);
            compareWait(cost, wait);
            boolean expected = model.take(cost);
            assertThat(admits).as("%s admits %d", this, cost).isEqualTo(expected);
            if (!admits) {
                denied++;
                return;
            }
            admitted++;
            state = bucket.charged(state, cost, 0);
            assertThat(bound.holdsAfter(model.nowMillis(), cost))
                    .as("%s: admitted <= burst + rate * window", this)
                    .isTrue();
        }

        private void compareLevels() {
            long remaining = bucket.remaining(state);
            assertThat(remaining).as("%s remaining", this).isEqualTo(model.remaining());
            assertThat(state.isFull()).as("%s full", this).isEqualTo(model.isFull());
            long full = bucket.fullAfterMillis(state);
            if (isReported(full)) {
                assertThat(model.isFullAfter(full))
                        .as("%s full after %d", this, full)
                        .isTrue();
            }
            if (full > 0) {
                assertThat(model.isFullAfter(full - 1))
                        .as("%s full before %d", this, full)
                        .isFalse();
                compareWait(remaining + 1, bucket.nextTokenMillis(state));
            } else {
                assertThat(bucket.nextTokenMillis(state))
                        .as("%s next token", this)
                        .isZero();
            }
        }

        /** The definition of a wait: then the tokens are there, and one millisecond earlier they are not. */
        private void compareWait(long cost, long wait) {
            if (cost > bucket.burst()) {
                assertThat(wait).as("%s wait for %d", this, cost).isEqualTo(Algorithm.NEVER);
                impossible++;
                return;
            }
            if (isReported(wait)) {
                assertThat(model.holdsAfter(wait, cost))
                        .as("%s %d after %d", this, cost, wait)
                        .isTrue();
            }
            if (wait > 0) {
                assertThat(model.holdsAfter(wait - 1, cost))
                        .as("%s %d before %d", this, cost, wait)
                        .isFalse();
            }
        }

        /** Whether the wait is the true one, not the longest that can be told. */
        private boolean isReported(long wait) {
            assertThat(wait).as("%s wait", this).isBetween(0L, Algorithm.WAIT_MILLIS_MAX);
            saturated += wait == Algorithm.WAIT_MILLIS_MAX ? 1 : 0;
            return wait < Algorithm.WAIT_MILLIS_MAX;
        }

        private long timeStep() {
            return switch (random.nextInt(10)) {
                case 0 -> 0;
                case 1 -> 1;
                case 2 -> -upTo(100_000);
                case 3 -> upTo(1L << 45);
                case 4 -> bounded(bucket.fullAfterMillis(state) - random.nextInt(2));
                case 5, 6 -> bounded(bucket.nextTokenMillis(state) - random.nextInt(2));
                default -> upTo(bounded(bucket.windowMillis(TokenState.full(0))) + 1);
            };
        }

        /** Keeps the walk's clock far from the end of a long: 200 steps of 2^45 ms are 2^53. */
        private long bounded(long millis) {
            return Math.max(0, Math.min(millis, 1L << 45));
        }

        private long cost() {
            long remaining = bucket.remaining(state);
            return switch (random.nextInt(12)) {
                case 0 -> 0;
                case 1, 2 -> 1;
                case 3, 4, 5 -> remaining;
                case 6 -> remaining + 1;
                case 7 -> bucket.burst();
                case 8 -> bucket.burst() + upTo(10);
                case 9, 10 -> random.nextLong(0, remaining + 1);
                default -> upTo(bucket.burst());
            };
        }

        /** A number in 1..max of any magnitude: uniform ones would nearly all be large. */
        private long upTo(long max) {
            int bits = 64 - Long.numberOfLeadingZeros(max);
            return Math.max(1, Math.min(max, random.nextLong() >>> (63 - random.nextInt(bits))));
        }

        @Override
        public String toString() {
            return "seed " + seed + " step " + step + " " + bucket + " " + state;
        }
    }
}
