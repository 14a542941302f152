package io.sluice.client.fastpath;

/**
 * The denials that the ledger does not know of yet: they go with the next lease report, or by themselves after a while.
 */
final class UnreportedDenials {
    private final long patienceNanos;
    private long denied;
    private long sinceNanos;

    UnreportedDenials(long patienceNanos, long nowNanos) {
        this.patienceNanos = patienceNanos;
        this.sinceNanos = nowNanos;
    }

    void add(long more) {
        denied += more;
    }

    boolean isEmpty() {
        return denied == 0;
    }

    /** Returns all of them; the caller reports them. */
    long takeAll() {
        long taken = denied;
        denied = 0;
        return taken;
    }

    void reportIfDue(long nowNanos, Effects effects) {
        if (nowNanos - sinceNanos >= patienceNanos) {
            sinceNanos = nowNanos;
            reportAll(effects);
        }
    }

    void reportAll(Effects effects) {
        if (denied > 0) {
            effects.reportDenied(takeAll());
        }
    }
}
