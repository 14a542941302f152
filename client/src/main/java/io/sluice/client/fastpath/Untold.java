package io.sluice.client.fastpath;

/**
 * The denials that the ledger has not been told of yet: they go with the next tally, or by themselves after a while.
 */
final class Untold {
    private final long patienceNanos;
    private long denied;
    private long sinceNanos;

    Untold(long patienceNanos, long nowNanos) {
        this.patienceNanos = patienceNanos;
        this.sinceNanos = nowNanos;
    }

    void add(long more) {
        denied += more;
    }

    boolean isEmpty() {
        return denied == 0;
    }

    /** All of them, to be told by the caller. */
    long takeAll() {
        long taken = denied;
        denied = 0;
        return taken;
    }

    void tellIfDue(long nowNanos, Deeds deeds) {
        if (nowNanos - sinceNanos >= patienceNanos) {
            sinceNanos = nowNanos;
            tellAll(deeds);
        }
    }

    void tellAll(Deeds deeds) {
        if (denied > 0) {
            deeds.tallyDenied(takeAll());
        }
    }
}
