package io.sluice.engine.state;

/**
 * The holds that an admission opened, or the reason why it opened none.
 *
 * @param offset of the request that took it; names the hold also where the answer is repeated later
 * @param reservedUntilMillis when its reservation expires; 0 without one
 * @param slotsUntilMillis when the last of its slots expires; 0 without any
 * @param freeAtMillis if the account has as many open holds as it can have, when the next one ends; 0 otherwise
 */
public record HoldGrant(long offset, long reservedUntilMillis, long slotsUntilMillis, long freeAtMillis) {
    public static final HoldGrant NONE = new HoldGrant(-1, 0, 0, 0);

    /** No hold, because the account has as many open holds as it can have until then; 0 if that is not the reason. */
    public static HoldGrant refused(long freeAtMillis) {
        return freeAtMillis == 0 ? NONE : new HoldGrant(-1, 0, 0, freeAtMillis);
    }

    public boolean hasReservation() {
        return reservedUntilMillis > 0;
    }

    public boolean hasSlots() {
        return slotsUntilMillis > 0;
    }
}
