package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a wide bucket says about one request. Waits count from the moment of the statement, in
 * milliseconds of the caller.
 *
 * @param stampMillis the broker's time stamp of the visit, for whoever reads the log
 * @param capacity the most tokens that the bucket holds; 0 if the owner does not know the limit
 * @param windowMillis how long an empty bucket takes to fill
 * @param found the bucket as it was found
 * @param left the bucket after the charge; as found if nothing was charged
 * @param retryAfterMillis how long until the limit would let the same request through: 0 if it did, {@code
 *     Algorithm.NEVER} if it never will
 * @param cost tokens that the request wants of the limit
 * @param voucher what was charged, with what is lent; null for nothing
 * @param lent what was charged beside the cost, for a lease; null for nothing
 */
public record WideStatement(
        WideName name,
        long stampMillis,
        long capacity,
        long windowMillis,
        Level found,
        Level left,
        long retryAfterMillis,
        long cost,
        @Nullable WideVoucher voucher,
        @Nullable Lent lent) {

    /**
     * How full a bucket is.
     *
     * @param remaining tokens that are left
     * @param resetAfterMillis how long until the bucket is full
     * @param nextTokenMillis how long until there is one token more; 0 if full
     */
    public record Level(long remaining, long resetAfterMillis, long nextTokenMillis) {
        static final Level NONE = new Level(0, 0, 0);
    }

    /**
     * Tokens for a lease beside the verdict.
     *
     * @param ttlMillis how long they may be spent
     */
    public record Lent(long tokens, long ttlMillis) {
        public Lent {
            Bounds.within("tokens", tokens, 1, Long.MAX_VALUE);
            Bounds.within("ttlMillis", ttlMillis, 1, Long.MAX_VALUE);
        }
    }

    public WideStatement {
        if (lent != null) {
            Bounds.within("lent", lent.tokens(), 1, voucher == null ? 0 : voucher.tokens());
        }
    }

    /** The statement of an owner in whose partition no such limit is in force. */
    public static WideStatement unknown(WideName name, long stampMillis) {
        return new WideStatement(name, stampMillis, 0, 0, Level.NONE, Level.NONE, 0, 0, null, null);
    }

    /** The same if nothing had been charged. */
    public WideStatement asFound() {
        return new WideStatement(
                name, stampMillis, capacity, windowMillis, found, found, retryAfterMillis, cost, null, null);
    }

    /** Whether the limit is in force in the owner's partition. */
    public boolean isKnown() {
        return capacity > 0;
    }

    /** Whether the limit would have refused the request. */
    public boolean refuses() {
        return retryAfterMillis != 0;
    }

    /** Tokens that were charged for the request itself. */
    public long charged() {
        return voucher == null ? 0 : voucher.tokens() - lentTokens();
    }

    /** Tokens that were charged beside that. */
    public long lentTokens() {
        return lent == null ? 0 : lent.tokens();
    }
}
