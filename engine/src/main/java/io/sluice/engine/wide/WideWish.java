package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * What the account's partition would lend beside the verdict on a request, if the wide buckets that it visits can spare
 * as much.
 *
 * @param tokens 0 for nothing
 * @param ttlMillis how long a front end wants to spend them
 */
public record WideWish(long tokens, long ttlMillis) {
    /** Nothing would be lent. */
    public static final WideWish NONE = new WideWish(0, 0);

    public WideWish {
        Bounds.within("tokens", tokens, 0, Long.MAX_VALUE);
        Bounds.within("ttlMillis", ttlMillis, 0, Long.MAX_VALUE);
    }
}
