package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * What became of a voucher.
 *
 * @param limitId the limit of the bucket that was charged
 * @param returned tokens that are given back: all of them, or none if the request was admitted
 */
public record WideEnd(String limitId, WideVoucher voucher, long returned) {
    public WideEnd {
        Bounds.within("returned", returned, 0, voucher.tokens());
    }
}
