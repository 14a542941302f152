package io.sluice.engine.bucket;

import io.sluice.engine.bucket.SlotsState.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A concurrency limit: at most {@code limit} tokens in flight, each until it is released or {@code ttlMillis} have
 * passed.
 *
 * <p>The time-to-live protects a limit from callers that die without releasing. Waits are those until slots
 * expire; a release may end them sooner.
 */
public record Concurrency(long limit, long ttlMillis) implements Algorithm {
    /** The most slots that one bucket keeps, 24 bytes each. */
    public static final long LIMIT_MAX = 1_000;
    /** The slot of carried tokens: no request has this offset. */
    private static final long CARRIED = -1;

    public Concurrency {
        Bounds.within("limit", limit, 1, LIMIT_MAX);
        Bounds.within("ttl", ttlMillis, 1, Window.PERIOD_MILLIS_MAX);
    }

    @Override
    public long capacity() {
        return limit;
    }

    @Override
    public SlotsState full(long nowMillis) {
        return new SlotsState(nowMillis, List.of());
    }

    @Override
    public SlotsState at(BucketState someState, long nowMillis) {
        SlotsState state = (SlotsState) someState;
        if (nowMillis <= state.atMillis()) {
            return state;
        }
        List<Slot> slots = new ArrayList<>(state.slots().size());
        for (Slot slot : state.slots()) {
            if (slot.expiresAtMillis() > nowMillis) {
                slots.add(slot);
            }
        }
        return new SlotsState(nowMillis, slots);
    }

    @Override
    public boolean isLeasable() {
        return false;
    }

    @Override
    public long balance(BucketState state) {
        return limit - state.usedTokens();
    }

    /** A request is in flight or it is not. */
    @Override
    public long overdraftMax() {
        return 0;
    }

    @Override
    public SlotsState charged(BucketState state, long cost, long slotId) {
        Algorithm.requireAdmitted(this, state, cost);
        return debited(state, cost, slotId);
    }

    @Override
    public SlotsState debited(BucketState someState, long cost, long slotId) {
        SlotsState state = (SlotsState) someState;
        if (cost == 0) {
            return state;
        }
        List<Slot> slots = new ArrayList<>(state.slots());
        slots.add(new Slot(slotId, cost, state.atMillis() + ttlMillis));
        return new SlotsState(state.atMillis(), slots);
    }

    @Override
    public SlotsState returned(BucketState someState, Charge charge, long cost) {
        SlotsState state = (SlotsState) someState;
        List<Slot> slots = new ArrayList<>(state.slots().size());
        for (Slot slot : state.slots()) {
            long left = slot.id() == charge.slotId() ? slot.tokens() - cost : slot.tokens();
            if (left > 0) {
                slots.add(new Slot(slot.id(), left, slot.expiresAtMillis()));
            }
        }
        return new SlotsState(state.atMillis(), slots);
    }

    @Override
    public long waitMillis(BucketState someState, long cost) {
        SlotsState state = (SlotsState) someState;
        if (admits(state, cost)) {
            return 0;
        }
        if (cost > limit) {
            return NEVER;
        }
        long used = state.usedTokens();
        // A change of the time-to-live can let a later slot expire before an earlier one.
        for (Slot slot : state.slots().stream()
                .sorted(Comparator.comparingLong(Slot::expiresAtMillis))
                .toList()) {
            used -= slot.tokens();
            if (used + cost <= limit) {
                return slot.expiresAtMillis() - state.atMillis();
            }
        }
        return 0;
    }

    @Override
    public long windowMillis(BucketState state) {
        return ttlMillis;
    }

    @Override
    public BucketState handedTo(Algorithm successor, BucketState state) {
        return successor instanceof Concurrency ? state : Algorithm.super.handedTo(successor, state);
    }

    /** Tokens of another algorithm belong to no request in flight: they become one slot that only time releases. */
    @Override
    public SlotsState withUsed(long nowMillis, long usedTokens) {
        return usedTokens == 0
                ? full(nowMillis)
                : new SlotsState(
                        nowMillis, List.of(new Slot(CARRIED, Math.min(usedTokens, limit), nowMillis + ttlMillis)));
    }

    @Override
    public long graceMax() {
        return 0;
    }

    @Override
    public Concurrency widened(long tokens) {
        Bounds.within("tokens", tokens, 0, graceMax());
        return this;
    }

    @Override
    public Concurrency scaled(int perMille) {
        return new Concurrency(Algorithm.scaledTokens(limit, perMille), ttlMillis);
    }
}
