package io.sluice.client.fastpath;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseRequest;
import java.time.Duration;

/**
 * How far a front end answers by itself.
 *
 * @param enabled whether it does at all
 * @param leaseMillis how long a lease may be spent: in any window W at most burst + rate &times; (W + lease time) is
 *     admitted; a denial may be repeated {@link #DENIAL_LEASE_TIMES} times as long, {@link #DENIAL_MILLIS_MAX} at most
 * @param trackedKeysMax keys with a lease, a denial or a request under way; further ones go to the ledger, request by
 *     request
 * @param waitersMax callers that may wait for one key's answer or lease; further ones go to the ledger
 * @param prefetchTokensMax the most tokens that one lease prefetches
 * @param metricLimitsMax limits that metrics name among local answers
 */
public record FastPath(
        boolean enabled,
        long leaseMillis,
        int trackedKeysMax,
        int waitersMax,
        long prefetchTokensMax,
        int metricLimitsMax) {

    /**
     * How many lease times at most a denial is repeated without a report to the ledger. A denial costs nobody a token,
     * and a record for each lease time would cost as much as the lease.
     */
    static final int DENIAL_LEASE_TIMES = 2;
    /** However long leases are, a denial is reported this often. */
    static final long DENIAL_MILLIS_MAX = 4_000;

    private static final int COMING_PART = 4;
    private static final int METRIC_LIMITS = 100;
    private static final int METRIC_LIMITS_MAX = 10_000;

    private static final long LEASE_MILLIS_MIN = 100;
    /** One lease is at most what one record can report: half for callers that wait, half prefetched. */
    static final long COST_MAX = AdmissionRequest.COST_MAX / 2;

    public FastPath {
        within("leaseMillis", leaseMillis, LEASE_MILLIS_MIN, LeaseRequest.TTL_MILLIS_MAX);
        within("trackedKeysMax", trackedKeysMax, 1, 10_000_000);
        within("waitersMax", waitersMax, 1, 1_000_000);
        within("prefetchTokensMax", prefetchTokensMax, 1, COST_MAX);
        within("metricLimitsMax", metricLimitsMax, 0, METRIC_LIMITS_MAX);
    }

    /** With the standard number of limits in metrics. */
    public FastPath(boolean enabled, long leaseMillis, int trackedKeysMax, int waitersMax, long prefetchTokensMax) {
        this(enabled, leaseMillis, trackedKeysMax, waitersMax, prefetchTokensMax, METRIC_LIMITS);
    }

    public static FastPath standard() {
        return new FastPath(true, 10_000, 50_000, 1_000, 1_000_000);
    }

    /** Every request goes to the ledger. */
    public static FastPath off() {
        FastPath standard = standard();
        return new FastPath(
                false,
                standard.leaseMillis,
                standard.trackedKeysMax,
                standard.waitersMax,
                standard.prefetchTokensMax,
                standard.metricLimitsMax);
    }

    /** This with another lease time. */
    public FastPath withLease(Duration leaseTime) {
        return new FastPath(
                enabled, leaseTime.toMillis(), trackedKeysMax, waitersMax, prefetchTokensMax, metricLimitsMax);
    }

    /**
     * How long a key that wants more than there is waits for the last token of a lease: a quarter of the lease time. So
     * another front end that has callers of the same key finds something after as long.
     */
    long overMillis() {
        return leaseMillis / COMING_PART;
    }

    long denialMillis() {
        return Math.min(leaseMillis * DENIAL_LEASE_TIMES, DENIAL_MILLIS_MAX);
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
