package io.sluice.testkit.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.Charge;
import io.sluice.engine.bucket.HeldMarks;
import java.util.ArrayList;
import java.util.List;

/** One bucket's life, in which every answer is compared with the model's. */
final class AlgorithmWalk {
    /** Keeps the clock far from the end of a long: a hundred such steps are 2^50. */
    private static final long STEP_MILLIS_MAX = 1L << 43;

    /** Models of queues keep each token: not too many of them. */
    private static final long MOST_OVERDRAFT = 1_000;

    /** A charge of which some may be given back, once. */
    private record Held(Charge charge, long tokens) {}

    private final long seed;
    private final Algorithm algorithm;
    private final AlgorithmModel model;
    private final TckRandom random;
    private final AlgorithmTck.Met met;
    private final List<Held> held = new ArrayList<>();
    private BucketState state;
    private int step;

    AlgorithmWalk(long seed, AlgorithmTck.Subject subject, TckRandom random, AlgorithmTck.Met met) {
        this.seed = seed;
        this.algorithm = subject.algorithm();
        this.model = subject.model();
        this.random = random;
        this.met = met;
        this.state = algorithm.full(model.nowMillis());
    }

    void run(int steps) {
        try {
            for (step = 0; step < steps; step++) {
                step();
            }
        } catch (RuntimeException e) {
            throw new AssertionError(this + " threw " + e, e);
        }
    }

    private void step() {
        letTimePass(model.nowMillis() + timeStep());
        compareLevels();
        if (!held.isEmpty() && random.below(5) == 0) {
            giveBack();
        } else if (random.below(12) == 0) {
            debit();
        } else {
            ask(cost());
        }
        compareLevels();
    }

    private void letTimePass(long toMillis) {
        long boundary = model.boundaryMillis();
        if (boundary > model.nowMillis()) {
            met.justBefore += toMillis == boundary - 1 ? 1 : 0;
            met.atTheEnd += toMillis == boundary ? 1 : 0;
            met.justAfter += toMillis == boundary + 1 ? 1 : 0;
        }
        BucketState before = state;
        model.advance(toMillis);
        state = algorithm.at(before, toMillis);
        assertThat(state.atMillis()).as("%s moment", this).isEqualTo(model.nowMillis());
        assertThat(algorithm.at(state, toMillis)).as("%s at, again", this).isEqualTo(state);

        long midMillis = random.between(before.atMillis() - 2, Math.max(before.atMillis(), toMillis));
        BucketState mid = algorithm.at(before, midMillis);
        assertThat(algorithm.at(mid, toMillis)).as("%s by way of %s", this, mid).isEqualTo(state);
        assertThat(algorithm.remaining(mid))
                .as("%s: time takes nothing away, at %s", this, mid)
                .isBetween(algorithm.remaining(before), algorithm.remaining(state));
    }

    private void ask(long cost) {
        compareWait(cost, algorithm.waitMillis(state, cost));
        boolean admits = algorithm.admits(state, cost);
        assertThat(admits).as("%s admits %d", this, cost).isEqualTo(model.admitsAfter(0, cost));
        met.free += cost == 0 ? 1 : 0;
        if (!admits) {
            met.denied++;
            refuse(cost);
            return;
        }
        met.admitted++;
        state = algorithm.charged(state, cost, step);
        model.charge(cost, step);
        if (cost > 0 && held.size() < HeldMarks.MARKS_MAX && random.below(4) > 0) {
            state = algorithm.held(state, step, 0);
            held.add(new Held(new Charge(state.atMillis(), step), cost));
        }
    }

    /** What is done is charged whether its tokens are there or not, as far as the overdraft goes. */
    private void debit() {
        long overdraft = random.below(3) == 0 ? 0 : random.upTo(Math.min(algorithm.capacity(), MOST_OVERDRAFT));
        long bound = Math.min(overdraft, algorithm.overdraftMax());
        long chargeable = algorithm.chargeable(state, overdraft);
        assertThat(chargeable).as("%s chargeable", this).isEqualTo(Math.max(0, model.balance() + bound));
        long tokens = random.below(2) == 0 ? chargeable : random.between(0, chargeable);
        state = algorithm.debited(state, tokens, step);
        model.charge(tokens, step);
        assertThat(algorithm.balance(state)).as("%s balance", this).isEqualTo(model.balance());
        met.belowEmpty += algorithm.balance(state) < 0 ? 1 : 0;
    }

    private void refuse(long cost) {
        // One in many: exceptions are slow.
        if (random.below(50) == 0) {
            assertThatIllegalArgumentException()
                    .as("%s charged %d", this, cost)
                    .isThrownBy(() -> algorithm.charged(state, cost, step));
        }
    }

    private void giveBack() {
        // Recent charges more often than those that have come back by themselves.
        int index = Math.max(random.below(held.size()), random.below(held.size()));
        Held chosen = held.remove(index);
        long tokens = random.below(2) == 0 ? chosen.tokens() : random.between(0, chosen.tokens());
        long before = algorithm.remaining(state);
        state = algorithm.returned(state, chosen.charge(), tokens);
        model.giveBack(chosen.charge(), tokens);
        long raised = algorithm.remaining(state) - before;
        assertThat(raised)
                .as("%s given back %d of %s", this, tokens, chosen)
                .isBetween(0L, Math.min(tokens, algorithm.capacity()));
        met.returned += raised > 0 ? 1 : 0;
        met.returnedInVain += tokens > 0 && raised == 0 ? 1 : 0;
    }

    private void compareLevels() {
        long remaining = algorithm.remaining(state);
        boolean full = state.isFull();
        assertThat(remaining).as("%s remaining", this).isEqualTo(model.remaining());
        assertThat(full).as("%s full", this).isEqualTo(model.isFullAfter(0));
        assertThat(algorithm.windowMillis(state)).as("%s window", this).isEqualTo(model.windowMillis());
        assertThat(algorithm.delayMillis(state)).as("%s delay", this).isEqualTo(model.delayMillis());
        if (full) {
            met.full++;
            assertThat(state).as("%s as never stored", this).isEqualTo(algorithm.full(model.nowMillis()));
            assertThat(remaining).as("%s remaining", this).isEqualTo(algorithm.capacity());
            assertThat(algorithm.fullAfterMillis(state)).as("%s full", this).isZero();
            assertThat(algorithm.nextTokenMillis(state)).as("%s next", this).isZero();
            return;
        }
        assertThat(remaining).as("%s remaining", this).isBetween(0L, algorithm.capacity() - 1);
        compareWait(remaining + 1, algorithm.nextTokenMillis(state));
        long fullAfter = algorithm.fullAfterMillis(state);
        assertThat(fullAfter).as("%s full after", this).isPositive();
        assertThat(model.isFullAfter(fullAfter - 1))
                .as("%s full before %d", this, fullAfter)
                .isFalse();
        if (isReported(fullAfter)) {
            assertThat(model.isFullAfter(fullAfter))
                    .as("%s full after %d", this, fullAfter)
                    .isTrue();
        }
    }

    /** The definition of a wait: then the cost is admitted, and one millisecond earlier it is not. */
    private void compareWait(long cost, long wait) {
        if (cost > algorithm.capacity()) {
            assertThat(wait).as("%s wait for %d", this, cost).isEqualTo(Algorithm.NEVER);
            met.impossible++;
            return;
        }
        if (isReported(wait)) {
            assertThat(model.admitsAfter(wait, cost))
                    .as("%s %d after %d", this, cost, wait)
                    .isTrue();
            assertThat(algorithm.admits(algorithm.at(state, state.atMillis() + wait), cost))
                    .as("%s keeps its word for %d after %d", this, cost, wait)
                    .isTrue();
        }
        if (wait > 0) {
            assertThat(model.admitsAfter(wait - 1, cost))
                    .as("%s %d before %d", this, cost, wait)
                    .isFalse();
        }
    }

    /** Whether the wait is the true one, not the longest that can be told. */
    private boolean isReported(long wait) {
        assertThat(wait).as("%s wait", this).isBetween(0L, Algorithm.WAIT_MILLIS_MAX);
        met.saturated += wait == Algorithm.WAIT_MILLIS_MAX ? 1 : 0;
        return wait < Algorithm.WAIT_MILLIS_MAX;
    }

    private long timeStep() {
        long toBoundary = model.boundaryMillis() - model.nowMillis();
        return switch (random.below(12)) {
            case 0, 1 -> 0;
            case 2 -> 1;
            case 3 -> -random.upTo(100_000);
            case 4 -> bounded(algorithm.fullAfterMillis(state) - random.below(2));
            case 5 -> bounded(algorithm.nextTokenMillis(state) - random.below(2));
            case 6, 7 -> bounded(toBoundary + random.between(-1, 1));
            case 8 -> random.upTo(bounded(algorithm.windowMillis(state)) * 3);
            default -> random.upTo(bounded(algorithm.windowMillis(state)) / 8 + 1);
        };
    }

    private static long bounded(long millis) {
        return Math.max(0, Math.min(millis, STEP_MILLIS_MAX));
    }

    private long cost() {
        long remaining = algorithm.remaining(state);
        return switch (random.below(12)) {
            case 0 -> 0;
            case 1, 2, 3 -> 1;
            case 4 -> remaining;
            case 5 -> remaining + 1;
            case 6 -> algorithm.capacity();
            case 7 -> algorithm.capacity() + random.upTo(10);
            case 8, 9, 10 -> random.between(0, remaining);
            default -> random.upTo(algorithm.capacity());
        };
    }

    @Override
    public String toString() {
        return "seed " + seed + " step " + step + " " + algorithm + " " + state;
    }
}
