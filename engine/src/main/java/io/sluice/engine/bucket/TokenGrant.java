package io.sluice.engine.bucket;

import io.sluice.engine.bucket.SlidingLogState.Hit;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens given back to a bucket by hand: those that were taken last are granted back first, whichever caller took them.
 *
 * <p>With 3 tokens in use, 2 granted back leave 1, and 5 granted back leave none: never more comes back than is in use.
 * Where tokens fade, as in the older half of a sliding-window counter, a granted token gives back its remaining weight.
 */
public final class TokenGrant {
    private TokenGrant() {}

    /** Whether the algorithm allows it. Slots in flight do not: they come back by a release, or by time. */
    public static boolean isPossible(Algorithm algorithm) {
        return !(algorithm instanceof Concurrency);
    }

    /** The state after {@code tokens} of those in use were granted back. */
    public static BucketState granted(BucketState state, long tokens) {
        long left = Math.max(0, state.usedTokens() - tokens);
        if (state instanceof TokenState bucket) {
            return granted(bucket, tokens);
        }
        if (state instanceof WindowState window) {
            return new WindowState(window.atMillis(), window.startMillis(), left);
        }
        if (state instanceof SlidingCounterState counter) {
            long current = Math.max(0, counter.currentTokens() - tokens);
            return new SlidingCounterState(counter.atMillis(), current, left - current);
        }
        if (state instanceof SlidingLogState log) {
            return new SlidingLogState(log.atMillis(), oldest(log.hits(), left));
        }
        throw new IllegalArgumentException("slots in flight (expected: an algorithm whose tokens can be granted)");
    }

    /**
     * Tokens that would be lost at a waiting admission's scheduled time, because the bucket is full then, do not come
     * back.
     */
    private static TokenState granted(TokenState bucket, long tokens) {
        long back = bucket.hasAdvance() ? Math.min(tokens, bucket.advance().roomTokens()) : tokens;
        long left = Math.max(0, bucket.usedTokens() - back);
        if (left == 0) {
            return TokenState.full(bucket.atMillis());
        }
        return new TokenState(
                bucket.atMillis(),
                left,
                bucket.refilledParts(),
                bucket.hasAdvance() ? bucket.advance().without(back) : bucket.advance(),
                bucket.held().filledTo(new Shortfall(left, bucket.refilledParts())));
    }

    /** The oldest hits that make up so many tokens. */
    private static List<Hit> oldest(List<Hit> hits, long tokens) {
        List<Hit> kept = new ArrayList<>(hits.size());
        long left = tokens;
        for (Hit hit : hits) {
            long counted = Math.min(hit.tokens(), left);
            if (counted > 0) {
                kept.add(new Hit(hit.atMillis(), counted));
                left -= counted;
            }
        }
        return kept;
    }
}
