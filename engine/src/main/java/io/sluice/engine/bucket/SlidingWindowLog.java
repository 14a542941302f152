package io.sluice.engine.bucket;

import io.sluice.engine.bucket.SlidingLogState.Hit;
import java.util.ArrayList;
import java.util.List;

/**
 * A sliding-window log: in every window of {@code periodMillis}, wherever it begins, at most {@code limit} tokens.
 *
 * <p>A charge counts for exactly {@code periodMillis} after its moment. The log is bounded by the limit, since each of
 * its entries holds at least one token; that is why the limit is at most {@link #LIMIT_MAX}.
 */
public record SlidingWindowLog(long periodMillis, long limit) implements Algorithm {
    /** The most entries that one bucket keeps, 16 bytes each. */
    public static final long LIMIT_MAX = 1_000;

    public SlidingWindowLog {
        Bounds.within("per", periodMillis, 1, Window.PERIOD_MILLIS_MAX);
        Bounds.within("limit", limit, 1, LIMIT_MAX);
    }

    @Override
    public long capacity() {
        return limit;
    }

    @Override
    public SlidingLogState full(long nowMillis) {
        return new SlidingLogState(nowMillis, List.of());
    }

    @Override
    public SlidingLogState at(BucketState someState, long nowMillis) {
        SlidingLogState state = (SlidingLogState) someState;
        return nowMillis <= state.atMillis() ? state : counting(state, nowMillis);
    }

    private SlidingLogState counting(SlidingLogState state, long nowMillis) {
        List<Hit> hits = state.hits();
        int gone = 0;
        while (gone < hits.size() && hits.get(gone).atMillis() + periodMillis <= nowMillis) {
            gone++;
        }
        return new SlidingLogState(nowMillis, hits.subList(gone, hits.size()));
    }

    @Override
    public long balance(BucketState state) {
        return limit - state.usedTokens();
    }

    @Override
    public long overdraftMax() {
        return LIMIT_MAX - limit;
    }

    @Override
    public SlidingLogState charged(BucketState state, long cost, long slotId) {
        Algorithm.requireAdmitted(this, state, cost);
        return debited(state, cost, slotId);
    }

    @Override
    public SlidingLogState debited(BucketState someState, long cost, long slotId) {
        SlidingLogState state = (SlidingLogState) someState;
        if (cost == 0) {
            return state;
        }
        List<Hit> hits = new ArrayList<>(state.hits());
        int last = hits.size() - 1;
        if (last >= 0 && hits.get(last).atMillis() == state.atMillis()) {
            hits.set(last, new Hit(state.atMillis(), hits.get(last).tokens() + cost));
        } else {
            hits.add(new Hit(state.atMillis(), cost));
        }
        return new SlidingLogState(state.atMillis(), hits);
    }

    @Override
    public SlidingLogState returned(BucketState someState, Charge charge, long cost) {
        SlidingLogState state = (SlidingLogState) someState;
        List<Hit> hits = new ArrayList<>(state.hits().size());
        for (Hit hit : state.hits()) {
            long left = hit.atMillis() == charge.atMillis() ? hit.tokens() - cost : hit.tokens();
            if (left > 0) {
                hits.add(new Hit(hit.atMillis(), left));
            }
        }
        return new SlidingLogState(state.atMillis(), hits);
    }

    @Override
    public long waitMillis(BucketState someState, long cost) {
        SlidingLogState state = (SlidingLogState) someState;
        if (admits(state, cost)) {
            return 0;
        }
        if (cost > limit) {
            return NEVER;
        }
        long used = state.usedTokens();
        for (Hit hit : state.hits()) {
            used -= hit.tokens();
            if (used + cost <= limit) {
                return hit.atMillis() + periodMillis - state.atMillis();
            }
        }
        return 0;
    }

    @Override
    public long windowMillis(BucketState state) {
        return periodMillis;
    }

    /** The same charges, without those that a shorter period has forgotten already. */
    @Override
    public BucketState handedTo(Algorithm successor, BucketState state) {
        return successor instanceof SlidingWindowLog other
                ? other.counting((SlidingLogState) state, state.atMillis())
                : Algorithm.super.handedTo(successor, state);
    }

    @Override
    public SlidingLogState withUsed(long nowMillis, long usedTokens) {
        return usedTokens == 0
                ? full(nowMillis)
                : new SlidingLogState(nowMillis, List.of(new Hit(nowMillis, Math.min(usedTokens, limit))));
    }

    @Override
    public SlidingWindowLog widened(long tokens) {
        return new SlidingWindowLog(periodMillis, limit + tokens);
    }

    @Override
    public SlidingWindowLog scaled(int perMille) {
        return new SlidingWindowLog(periodMillis, Algorithm.scaledTokens(limit, perMille));
    }
}
