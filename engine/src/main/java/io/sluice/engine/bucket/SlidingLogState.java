package io.sluice.engine.bucket;

import java.util.List;

/**
 * The stored state of one sliding-window log.
 *
 * @param atMillis the moment of this state
 * @param hits the charges that still count, oldest first, at most one per millisecond
 */
public record SlidingLogState(long atMillis, List<Hit> hits) implements BucketState {
    /** Tokens that were taken at one moment. */
    public record Hit(long atMillis, long tokens) {
        public Hit {
            Bounds.within("tokens", tokens, 1, SlidingWindowLog.LIMIT_MAX);
        }
    }

    public SlidingLogState {
        hits = List.copyOf(hits);
    }

    @Override
    public long usedTokens() {
        long used = 0;
        for (Hit hit : hits) {
            used += hit.tokens();
        }
        return used;
    }
}
