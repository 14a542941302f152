package io.sluice.client.fastpath;

import io.sluice.schemas.reply.LeaseReply;

/**
 * When the ledger may be asked for the next lease of a key, and for how much ahead, by what it said before.
 *
 * <p>What is granted in full may grow twofold, what is granted in part is asked for again at four times that part.
 * Where nothing is granted ahead although something is left, a smaller lease is asked for at once; if not even that is
 * worth its records, callers ask one by one until a lease time has passed.
 */
final class Terms {
    /** How long no lease is asked for where the ledger lends none; rules that change end it before. */
    static final long NOT_LEASABLE_NANOS = 10_000_000_000L;

    private final long leaseNanos;
    private final long aheadTokensMax;
    // Read without the lock.
    private volatile long aheadNotBeforeNanos;
    private long leaseNotBeforeNanos;
    private long aheadMax;

    Terms(FastPath config, long nowNanos) {
        this.leaseNanos = config.leaseNanos();
        this.aheadTokensMax = config.aheadTokensMax();
        this.aheadMax = aheadTokensMax;
        this.aheadNotBeforeNanos = nowNanos;
        this.leaseNotBeforeNanos = nowNanos;
    }

    long aheadMax() {
        return aheadMax;
    }

    boolean allowsAhead(long nowNanos) {
        return nowNanos - aheadNotBeforeNanos >= 0;
    }

    boolean allowsLeases(long nowNanos) {
        return nowNanos - leaseNotBeforeNanos >= 0;
    }

    /** Nobody knows what the ledger would say: no lease for a while. */
    void unanswered(long nowNanos) {
        pause(leaseNanos, nowNanos);
    }

    /** The rules have changed. */
    void forget(long nowNanos) {
        pause(0, nowNanos);
        aheadMax = aheadTokensMax;
    }

    /**
     * Goes by an answer.
     *
     * @param worthTokens the fewest tokens that are worth a lease
     * @param refused whether it told a caller for certain that there is too little
     */
    void answered(Asking asking, LeaseReply reply, long worthTokens, boolean refused, long nowNanos) {
        boolean exceeded = reply.judged().reasonCode().equals(Shortage.LIMIT_EXCEEDED);
        if (reply.tokens() == 0 && !exceeded) {
            pause(NOT_LEASABLE_NANOS, nowNanos);
            return;
        }
        long ahead = asking.request().aheadTokens();
        long cost = asking.request().question().cost();
        if (ahead > 0) {
            lent(ahead, Math.max(0, reply.tokens() - cost), Shortage.shareOf(reply), worthTokens, nowNanos);
        }
        if (reply.tokens() == 0 && cost > 0 && !refused) {
            // It lends nothing, and yet may allow: a limit in shadow is used up, or tokens are kept for others.
            pause(leaseNanos, nowNanos);
        }
    }

    private void lent(long asked, long granted, long share, long worthTokens, long nowNanos) {
        if (granted > 0) {
            aheadMax = Math.min(aheadTokensMax, granted >= asked ? aheadMax * 2 : granted * 4);
            return;
        }
        boolean smaller = share >= worthTokens && share * 4 < asked;
        aheadMax = smaller ? share * 4 : aheadTokensMax;
        aheadNotBeforeNanos = smaller ? nowNanos : nowNanos + leaseNanos;
    }

    private void pause(long nanos, long nowNanos) {
        leaseNotBeforeNanos = nowNanos + nanos;
        aheadNotBeforeNanos = nowNanos + nanos;
    }
}
