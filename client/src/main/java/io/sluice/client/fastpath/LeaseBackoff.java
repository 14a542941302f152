package io.sluice.client.fastpath;

import io.sluice.schemas.reply.LeaseReply;

/**
 * When the next lease of a key may be requested, and how many tokens it prefetches, by the ledger's earlier answers.
 *
 * <p>A prefetch that is granted in full may grow twofold; one that is granted in part is requested again at four times
 * that part. Where no prefetch is granted although something is left, a smaller lease is requested at once. If not even
 * that is worth its records, each caller sends its own request until a lease time has passed.
 */
final class LeaseBackoff {
    /** How long no lease is requested where the ledger lends none; a change of rules ends it before. */
    static final long NOT_LEASABLE_NANOS = 10_000_000_000L;

    private final long leaseNanos;
    private final long prefetchTokensMax;
    // Read without the lock.
    private volatile long prefetchNotBeforeNanos;
    private long leaseNotBeforeNanos;
    private long prefetchMax;

    LeaseBackoff(FastPath config, long nowNanos) {
        this.leaseNanos = config.leaseNanos();
        this.prefetchTokensMax = config.prefetchTokensMax();
        this.prefetchMax = prefetchTokensMax;
        this.prefetchNotBeforeNanos = nowNanos;
        this.leaseNotBeforeNanos = nowNanos;
    }

    long prefetchMax() {
        return prefetchMax;
    }

    boolean allowsPrefetch(long nowNanos) {
        return nowNanos - prefetchNotBeforeNanos >= 0;
    }

    boolean allowsLeases(long nowNanos) {
        return nowNanos - leaseNotBeforeNanos >= 0;
    }

    /** The ledger's answer is unknown: no lease for a while. */
    void unanswered(long nowNanos) {
        pause(leaseNanos, nowNanos);
    }

    /** The rules have changed. */
    void forget(long nowNanos) {
        pause(0, nowNanos);
        prefetchMax = prefetchTokensMax;
    }

    /**
     * Adjusts to an answer.
     *
     * @param worthTokens the fewest tokens that are worth a lease
     * @param refused whether it certainly left too little for a caller
     */
    void answered(LeaseCall call, LeaseReply reply, long worthTokens, boolean refused, long nowNanos) {
        boolean exceeded = reply.details().reasonCode().equals(Shortage.LIMIT_EXCEEDED);
        if (reply.tokens() == 0 && !exceeded) {
            pause(NOT_LEASABLE_NANOS, nowNanos);
            return;
        }
        long prefetch = call.request().prefetchTokens();
        long cost = call.request().admission().cost();
        if (prefetch > 0) {
            lent(prefetch, Math.max(0, reply.tokens() - cost), Shortage.shareOf(reply), worthTokens, nowNanos);
        }
        if (reply.tokens() == 0 && cost > 0 && !refused) {
            // It lends nothing, and yet may allow: a limit in shadow is used up, or tokens are kept for others.
            pause(leaseNanos, nowNanos);
        }
    }

    private void lent(long asked, long granted, long share, long worthTokens, long nowNanos) {
        if (granted > 0) {
            prefetchMax = Math.min(prefetchTokensMax, granted >= asked ? prefetchMax * 2 : granted * 4);
            return;
        }
        boolean smaller = share >= worthTokens && share * 4 < asked;
        prefetchMax = smaller ? share * 4 : prefetchTokensMax;
        prefetchNotBeforeNanos = smaller ? nowNanos : nowNanos + leaseNanos;
    }

    private void pause(long nanos, long nowNanos) {
        leaseNotBeforeNanos = nowNanos + nanos;
        prefetchNotBeforeNanos = nowNanos + nanos;
    }
}
