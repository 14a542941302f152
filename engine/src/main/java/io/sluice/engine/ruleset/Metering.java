package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.TokenBucket;

/**
 * What one limit makes of use that is only known afterwards.
 *
 * @param overdraft how many tokens below empty a charge for what is done may take a bucket; 0 for none
 * @param refunds whether a refund gives tokens back to its buckets
 */
public record Metering(long overdraft, boolean refunds) {
    /** No bucket goes below empty, and nobody gives anything back. */
    public static final Metering PLAIN = new Metering(0, false);

    public Metering {
        Bounds.within("overdraft", overdraft, 0, TokenBucket.BURST_MAX);
    }
}
