package io.sluice.testkit.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Charge;
import io.sluice.engine.bucket.HeldMarks;
import io.sluice.engine.bucket.LeakyBucket;
import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.TokenState;
import java.util.ArrayList;
import java.util.List;

/**
 * One bucket's life in which some wait for their scheduled times, against {@link ScheduleModel}.
 *
 * <p>While all have the same priority and nothing is given back, every wait is compared: a scheduled time is the first
 * moment, not before the last scheduled time of another, at which the tokens are there. Otherwise, that no turn ever
 * finds too few.
 */
final class AdvanceWalk {
    /** What the walks of one algorithm have met. */
    static final class Met {
        long now;
        long advance;
        long refused;
        long overtakes;
        long returnedBeforeAScheduledTime;
        long returnedInVain;
        long caughtUp;
    }

    private record Held(Charge charge, long tokens) {}

    private final long seed;
    private final Algorithm algorithm;
    private final ScheduleModel model;
    private final TckRandom random;
    private final Met met;
    private final boolean plain;
    private final List<Held> held = new ArrayList<>();
    private TokenState state;
    private int step;

    AdvanceWalk(long seed, Algorithm algorithm, TckRandom random, Met met) {
        this.seed = seed;
        this.algorithm = algorithm;
        this.random = random;
        this.met = met;
        this.plain = seed % 2 == 0;
        long startMillis = random.moment();
        this.model = new ScheduleModel(tokenBucket(algorithm), startMillis);
        this.state = TokenState.full(startMillis);
    }

    private static TokenBucket tokenBucket(Algorithm algorithm) {
        return algorithm instanceof LeakyBucket leaky
                ? new TokenBucket(leaky.outflow(), leaky.queue())
                : (TokenBucket) algorithm;
    }

    void run(int steps) {
        try {
            for (step = 0; step < steps; step++) {
                letTimePass(model.nowMillis() + timeStep());
                if (!plain && !held.isEmpty() && random.below(4) == 0) {
                    giveBack();
                } else {
                    ask();
                }
                compareLevels();
            }
        } catch (RuntimeException e) {
            throw new AssertionError(this + " threw " + e, e);
        }
    }

    private void letTimePass(long toMillis) {
        TokenState before = state;
        model.advance(toMillis);
        state = (TokenState) algorithm.at(before, toMillis);
        long midMillis = random.between(before.atMillis(), Math.max(before.atMillis(), toMillis));
        assertThat(algorithm.at(algorithm.at(before, midMillis), toMillis))
                .as("%s by way of %d", this, midMillis)
                .isEqualTo(state);
        assertThat(state.hasAdvance()).as("%s ahead", this).isEqualTo(model.lastScheduledMillis() > model.nowMillis());
    }

    private void ask() {
        long cost = cost();
        long kept = plain ? 0 : random.between(0, random.below(3) == 0 ? algorithm.capacity() : 0);
        long waitMillis = algorithm.waitMillis(state, cost == 0 ? 0 : cost + kept);
        long maxWaitMillis = random.below(3) == 0 ? 0 : random.upTo(Algorithm.DELAY_MILLIS_MAX);
        if (plain) {
            compareWait(cost, waitMillis);
        }
        if (waitMillis > maxWaitMillis) {
            met.refused++;
            return;
        }
        met.now += waitMillis == 0 ? 1 : 0;
        met.advance += waitMillis > 0 ? 1 : 0;
        met.overtakes += cost > 0 && model.nowMillis() + waitMillis < model.lastScheduledMillis() ? 1 : 0;
        TokenState before = state;
        state = (TokenState) algorithm.chargedInAdvance(state, cost, step, waitMillis);
        assertThat(state.usedTokens() - algorithm.capacity())
                .as("%s beyond empty, after %s", this, before)
                .isLessThanOrEqualTo(Algorithm.DELAY_MILLIS_MAX * Rate.TOKENS_PER_MILLI_MAX);
        if (cost > 0) {
            model.charge(model.nowMillis() + waitMillis, cost, step);
            hold(cost, waitMillis);
        }
        assertThat(model.keepsEveryScheduledTime())
                .as("%s keeps every turn, %d after %d, from %s", this, cost, waitMillis, before)
                .isTrue();
    }

    private void hold(long cost, long waitMillis) {
        if (!plain && held.size() < HeldMarks.MARKS_MAX) {
            state = (TokenState) algorithm.held(state, step, waitMillis);
            held.add(new Held(new Charge(state.atMillis(), step), cost));
        }
    }

    private void compareWait(long cost, long waitMillis) {
        if (cost == 0) {
            assertThat(waitMillis).as("%s looks", this).isZero();
        } else if (waitMillis < Algorithm.WAIT_MILLIS_MAX) {
            assertThat(model.isThereAfterAll(waitMillis, cost))
                    .as("%s %d after %d", this, cost, waitMillis)
                    .isTrue();
        }
        if (waitMillis > 0 && waitMillis <= Algorithm.WAIT_MILLIS_MAX) {
            assertThat(model.isThereAfterAll(waitMillis - 1, cost))
                    .as("%s %d before %d", this, cost, waitMillis)
                    .isFalse();
        }
    }

    private void giveBack() {
        Held chosen = held.remove(random.below(held.size()));
        long tokens = random.between(0, chosen.tokens());
        long usedBefore = state.usedTokens();
        boolean advance = state.hasAdvance();
        state = (TokenState) algorithm.returned(state, chosen.charge(), tokens);
        model.giveBack(chosen.charge().slotId(), tokens);
        long back = usedBefore - state.usedTokens();
        assertThat(back).as("%s given back of %s", this, chosen).isBetween(0L, tokens);
        met.returnedBeforeAScheduledTime += advance && back > 0 ? 1 : 0;
        met.returnedInVain += advance && back < tokens ? 1 : 0;
        assertThat(state.hasAdvance()).as("%s still ahead", this).isEqualTo(advance);
        assertThat(model.keepsEveryScheduledTime())
                .as("%s keeps every turn", this)
                .isTrue();
    }

    private void compareLevels() {
        long remaining = algorithm.remaining(state);
        assertThat(remaining).as("%s remaining", this).isBetween(0L, algorithm.capacity());
        if (!state.hasAdvance()) {
            met.caughtUp++;
            if (plain) {
                assertThat(remaining).as("%s remaining", this).isEqualTo(model.remaining());
            } else {
                assertThat(remaining).as("%s remaining", this).isLessThanOrEqualTo(model.remaining());
            }
        }
        long fullMillis = algorithm.fullAfterMillis(state);
        if (fullMillis < 1L << 43) {
            assertThat(algorithm.at(state, state.atMillis() + fullMillis))
                    .as("%s full after %d", this, fullMillis)
                    .isEqualTo(TokenState.full(state.atMillis() + fullMillis));
        }
    }

    private long timeStep() {
        long toScheduledTime = model.nextScheduledMillis() - model.nowMillis();
        long toLast = model.lastScheduledMillis() - model.nowMillis();
        return switch (random.below(10)) {
            case 0, 1, 2 -> 0;
            case 3 -> Math.max(0, toScheduledTime + random.between(-1, 1));
            case 4 -> Math.max(0, toLast + random.between(-1, 1));
            case 5 -> random.upTo(100_000);
            case 6 -> Math.min(algorithm.nextTokenMillis(state), 1L << 40);
            default -> random.upTo(2_000);
        };
    }

    private long cost() {
        return switch (random.below(6)) {
            case 0 -> random.below(4) == 0 ? 0 : algorithm.capacity();
            case 1 -> algorithm.capacity() + random.below(2);
            case 2, 3 -> 1;
            default -> random.upTo(algorithm.capacity());
        };
    }

    @Override
    public String toString() {
        return "seed " + seed + " step " + step + " " + algorithm + " " + state;
    }
}
