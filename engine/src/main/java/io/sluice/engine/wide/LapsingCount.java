package io.sluice.engine.wide;

import io.sluice.engine.bucket.Bounds;

/**
 * How much is open of what has begun at some offset and ends with a later record, which may never come. What has not
 * ended after one to two periods of the log's time lapses: it does not count as open any more.
 *
 * <pre>
 *   period      |  earlier        |  recent         |
 *   begins          a   b              c   d
 *   the next period: a and b lapse if they are still open, c and d are the earlier ones
 * </pre>
 *
 * <p>A late end is known by its offset, so it is counted once, whenever it comes. What began before all that is known
 * is not counted here: a count that begins in the middle of a log, or after a loss of state, does not know of it.
 *
 * @param period the number of the period that {@code recent} is of, from the epoch on
 * @param recent what has begun in that period
 * @param earlier what has begun in the one before
 * @param lapsed what has begun before that, and has not ended until now
 */
public record LapsingCount(long period, Share recent, Share earlier, Share lapsed) {
    public static final LapsingCount NONE = new LapsingCount(0, Share.NONE, Share.NONE, Share.NONE);

    /**
     * A part of what has begun.
     *
     * @param fromOffset where the first of it began; {@link #NOWHERE} for nothing
     * @param count how much of it is open
     * @param tokens what that has charged
     */
    public record Share(long fromOffset, long count, long tokens) {
        static final long NOWHERE = Long.MAX_VALUE;
        static final Share NONE = new Share(NOWHERE, 0, 0);

        public Share {
            Bounds.within("fromOffset", fromOffset, 0, Long.MAX_VALUE);
            Bounds.within("count", count, 0, Long.MAX_VALUE);
            Bounds.within("tokens", tokens, 0, Long.MAX_VALUE);
        }

        private Share with(long offset, long more, long moreTokens) {
            return new Share(Math.min(fromOffset, offset), count + more, tokens + moreTokens);
        }

        private Share and(Share other) {
            return with(other.fromOffset, other.count, other.tokens);
        }

        private Share without(long ended, long endedTokens) {
            return new Share(fromOffset, Math.max(0, count - ended), Math.max(0, tokens - endedTokens));
        }
    }

    public LapsingCount {
        Bounds.within("period", period, 0, Long.MAX_VALUE);
    }

    /** What is open, and has not lapsed. */
    public long count() {
        return recent.count() + earlier.count();
    }

    /** What that has charged. */
    public long tokens() {
        return recent.tokens() + earlier.tokens();
    }

    /** The same at a time of the log. */
    public LapsingCount at(long nowMillis, long periodMillis) {
        long now = nowMillis / periodMillis;
        if (now <= period) {
            return this;
        }
        return now == period + 1
                ? new LapsingCount(now, Share.NONE, recent, lapsed.and(earlier))
                : new LapsingCount(
                        now, Share.NONE, Share.NONE, lapsed.and(earlier).and(recent));
    }

    /** The same with what begins at this offset, in the period of the count. */
    public LapsingCount begun(long offset, long tokens) {
        return new LapsingCount(period, recent.with(offset, 1, tokens), earlier, lapsed);
    }

    /** The same without what began at this offset. */
    public LapsingCount ended(long offset, long tokens) {
        return ended(offset, 1, tokens);
    }

    /** The same after a voucher has ended, or a part of it; one of which a lease still has tokens is open. */
    public LapsingCount ended(WideEnd end) {
        return ended(end.voucher().offset(), end.open() > 0 ? 0 : 1, end.ended());
    }

    private LapsingCount ended(long offset, long ended, long tokens) {
        if (offset >= recent.fromOffset()) {
            return new LapsingCount(period, recent.without(ended, tokens), earlier, lapsed);
        }
        if (offset >= earlier.fromOffset()) {
            return new LapsingCount(period, recent, earlier.without(ended, tokens), lapsed);
        }
        return offset >= lapsed.fromOffset()
                ? new LapsingCount(period, recent, earlier, lapsed.without(ended, tokens))
                : this;
    }
}
