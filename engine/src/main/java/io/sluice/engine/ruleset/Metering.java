package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.TokenBucket;
import org.jspecify.annotations.Nullable;

/**
 * The settings that say what one limit is charged, and how it treats use that is known only afterwards.
 *
 * @param overdraft how many tokens below empty a charge for what is done may take a bucket; 0 for none
 * @param refunds whether a refund gives tokens back to its buckets
 * @param cost what it is charged for an admission; null for the admission's own cost
 * @param gracePerMille by which share of its capacity admissions may exceed it before it refuses; 0 for none
 */
public record Metering(
        long overdraft, boolean refunds, @Nullable CostExpression cost, int gracePerMille) {
    /** No overdraft, no refunds, no computed cost, no grace. */
    public static final Metering PLAIN = new Metering(0, false, null, 0);

    public Metering {
        Bounds.within("overdraft", overdraft, 0, TokenBucket.BURST_MAX);
        Bounds.within("grace", gracePerMille, 0, Rollout.EVERYBODY);
    }

    /** Tokens by which admissions may exceed a limit that counts so, rounded down. */
    long grace(Algorithm algorithm) {
        return Math.min(algorithm.capacity() * gracePerMille / Rollout.EVERYBODY, algorithm.graceMax());
    }

    /** Whether it is charged something else than the cost of the admission. */
    public boolean hasOwnCost() {
        return cost != null;
    }

    /** Tokens that the limit is charged for an admission. One that costs nothing is a peek, whatever the limit says. */
    public long costOf(Admission admission) {
        if (cost == null || admission.cost() == 0 || admission.costIsFinal()) {
            return admission.cost();
        }
        CostScaling scaling = admission.scaling();
        return scaling == null
                ? cost.evaluate(admission.cost(), admission.attributes())
                : scaling.scaled(cost.evaluate(scaling.askedCost(), admission.attributes()));
    }
}
