package io.sluice.schemas.wide;

import org.jspecify.annotations.Nullable;

/**
 * What the owner of a wide bucket says about one request; waits are in milliseconds from then on.
 *
 * @param stampMillis the broker's time stamp of the visit, for whoever reads the log
 * @param capacity the most tokens that the bucket holds; 0 if the owner does not know the limit
 * @param windowMillis how long an empty bucket takes to fill
 * @param found the bucket as it was found
 * @param left the bucket after the charge
 * @param retryAfterMillis how long until it would admit the request: 0 if it did, {@link #NEVER} if it never will
 * @param cost tokens that the request wants
 * @param voucher what was charged, with what is lent; null for nothing
 * @param lent tokens that were charged beside the cost, for a lease; 0 for none
 * @param lentMillis how long they may be spent
 */
public record OwnerStatement(
        WideTarget target,
        long stampMillis,
        long capacity,
        long windowMillis,
        Level found,
        Level left,
        long retryAfterMillis,
        long cost,
        @Nullable ChargeVoucher voucher,
        long lent,
        long lentMillis) {
    /** Waiting does not help. */
    public static final long NEVER = -1;

    /** How full a bucket is. */
    public record Level(long remaining, long resetAfterMillis, long nextTokenMillis) {}
}
