package io.sluice.engine.bucket;

import java.util.List;

/**
 * The stored state of one concurrency limit.
 *
 * @param atMillis the moment of this state
 * @param slots what is in flight, in the order of the admissions
 */
public record SlotsState(long atMillis, List<Slot> slots) implements BucketState {
    /**
     * One admission in flight.
     *
     * @param id the name by which it is released: the offset of its request
     * @param tokens its cost
     * @param expiresAtMillis when it counts as lost
     */
    public record Slot(long id, long tokens, long expiresAtMillis) {
        public Slot {
            Bounds.within("tokens", tokens, 1, Concurrency.LIMIT_MAX);
        }
    }

    public SlotsState {
        slots = List.copyOf(slots);
    }

    @Override
    public long usedTokens() {
        long used = 0;
        for (Slot slot : slots) {
            used += slot.tokens();
        }
        return used;
    }
}
