package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * What became of a voucher: each of its tokens is kept, given back, or still open because it is lent.
 *
 * <pre>
 *   the verdict on a request of 1, with 30 tokens charged beside it, of which a lease takes 24
 *     voucher of 31     given back 6     open 24     kept 1
 *   the end of the lease, of which 20 were spent
 *     voucher of 24     given back 4     open 0      kept 20
 * </pre>
 *
 * @param limitId the limit of the bucket that was charged
 * @param voucher with the tokens that were open before
 * @param returned tokens that are given back
 * @param open tokens that stay open, until the lease ends that has them
 */
public record WideEnd(String limitId, WideVoucher voucher, long returned, long open) {
    public WideEnd {
        Bounds.within("open", open, 0, voucher.tokens());
        Bounds.within("returned", returned, 0, voucher.tokens() - open);
    }

    /** The end of a whole voucher. */
    public WideEnd(String limitId, WideVoucher voucher, long returned) {
        this(limitId, voucher, returned, /* open= */ 0);
    }

    /** Tokens that are open no longer. */
    public long ended() {
        return voucher.tokens() - open;
    }

    /** Tokens that are kept. */
    public long kept() {
        return ended() - returned;
    }
}
