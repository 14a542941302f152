package io.sluice.engine.state;

import io.sluice.engine.credit.BucketCredits;
import org.jspecify.annotations.Nullable;

/**
 * The share of credits in one bucket: what they paid, and what is left of them.
 *
 * @param remaining tokens left in its open credits: after the charge if there was one
 * @param charged tokens that were taken from them; below 0 if they were given back
 */
public record CreditStatus(long remaining, long charged) {
    /** The status of a bucket's credits; null if none is open. */
    static @Nullable CreditStatus of(BucketCredits credits) {
        return credits.isOpen() ? new CreditStatus(credits.left(), credits.charged()) : null;
    }

    CreditStatus plus(CreditStatus earlier) {
        return new CreditStatus(remaining, charged + earlier.charged);
    }
}
