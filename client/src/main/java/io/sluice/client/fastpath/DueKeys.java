package io.sluice.client.fastpath;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys by the time at which something of theirs is over: a wheel of slots, so that a key costs nothing in between,
 * however many there are. A key that is due later than the wheel turns is looked at early, and put back.
 */
final class DueKeys {
    private static final int SLOTS = 4_096;
    private static final long SLOT_NANOS = FastAdmissions.TICK_MILLIS * 1_000_000;

    private final long originNanos;
    // All below are guarded by this object: callers add keys, and one thread takes them.
    private final List<List<TrackedKey>> slots = new ArrayList<>(SLOTS);
    private long turned;

    DueKeys(long nowNanos) {
        this.originNanos = nowNanos;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>(0));
        }
    }

    /** Has a key be due at this time, or as soon after it as a slot turns. */
    synchronized void add(TrackedKey key, long atNanos) {
        long slot = Math.floorDiv(atNanos - originNanos + SLOT_NANOS - 1, SLOT_NANOS);
        long next = Math.min(Math.max(slot, turned + 1), turned + SLOTS - 1);
        slots.get((int) (next % SLOTS)).add(key);
    }

    /** Takes the keys that are due by now; a key may be among them more than once. */
    synchronized List<TrackedKey> due(long nowNanos) {
        List<TrackedKey> due = new ArrayList<>();
        long until = Math.floorDiv(nowNanos - originNanos, SLOT_NANOS);
        // Whoever stood still for longer than the wheel turns has missed nothing that a whole turn does not find.
        long from = Math.max(turned + 1, until - SLOTS + 1);
        for (long slot = from; slot <= until; slot++) {
            int index = (int) (slot % SLOTS);
            if (!slots.get(index).isEmpty()) {
                due.addAll(slots.get(index));
                slots.set(index, new ArrayList<>(0));
            }
        }
        turned = Math.max(turned, until);
        return due;
    }
}
