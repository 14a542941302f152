package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * A charge to a wide bucket that waits for the verdict of the account's partition: it is kept if the request is
 * admitted, and given back if not. Tokens of it that are lent stay open until their lease ends.
 *
 * @param owner the partition that owns the bucket
 * @param offset of the record there that made the charge
 * @param atMillis when it was made, in the owner's time
 * @param revision the ruleset revision that made it
 * @param scope the scope value of the charged bucket: another than the request's where new buckets share one
 * @param tokens what the bucket was charged, or what of that is still open
 */
public record WideVoucher(int owner, long offset, long atMillis, long revision, String scope, long tokens) {
    public WideVoucher {
        Bounds.within("owner", owner, 0, Integer.MAX_VALUE);
        Bounds.within("offset", offset, 0, Long.MAX_VALUE);
        Bounds.within("revision", revision, 1, Long.MAX_VALUE);
        Bounds.within("tokens", tokens, 1, Long.MAX_VALUE);
    }

    /** The part of the same charge that is still open. */
    public WideVoucher having(long open) {
        return new WideVoucher(owner, offset, atMillis, revision, scope, open);
    }
}
