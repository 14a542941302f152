package io.sluice.engine.signal;

/**
 * One signal as a partition knows it. Immutable.
 *
 * @param good the last report
 * @param sinceMillis since when it has been so without a break, by the partition's time
 * @param untilMillis when the last report goes stale
 * @param reportedAtMillis the reporter's time of the last report
 * @param latched whether the brown-out was on when the signal last changed: keeps the brown-out on through a short
 * recovery
 */
public record HealthSignal(
        String name, boolean good, long sinceMillis, long untilMillis, long reportedAtMillis, boolean latched) {

    /** Whether the last report no longer counts. */
    public boolean isStale(long nowMillis) {
        return nowMillis >= untilMillis;
    }

    /** Whether it switches a brown-out on. A stale signal never does, since its state is unknown. */
    boolean switchesOn(BrownOutTrigger trigger, long nowMillis) {
        if (isStale(nowMillis)) {
            return false;
        }
        long forMillis = nowMillis - sinceMillis;
        return good ? latched && forMillis < trigger.goodForMillis() : latched || forMillis >= trigger.badForMillis();
    }
}
