package io.sluice.gateway.quota;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseRequest;

/**
 * The settings for lending tokens to Envoys.
 *
 * @param leaseMillis how long a lease lasts; an Envoy may spend it for seven eighths of that, in whole seconds
 * @param firstTokens tokens that a bucket gets before its rate is known
 * @param grantTokensMax the most tokens of one lease
 * @param askPauseMillis the least time between two requests to the ledger for one bucket
 * @param bounds the limits that are set for Envoys
 */
public record QuotaConfig(long leaseMillis, long firstTokens, long grantTokensMax, long askPauseMillis, Bounds bounds) {
    /** Envoy counts the time of an assignment in whole seconds, and reports every five. */
    private static final long LEASE_MILLIS_MIN = 2_000;
    /** One lease is at most what one record can report: half for requests at once, half prefetched. */
    private static final long GRANT_TOKENS_MAX = AdmissionRequest.COST_MAX / 2;

    private static final long ASK_PAUSE_MILLIS_MIN = 50;

    public QuotaConfig {
        within("leaseMillis", leaseMillis, LEASE_MILLIS_MIN, LeaseRequest.TTL_MILLIS_MAX);
        within("grantTokensMax", grantTokensMax, 1, GRANT_TOKENS_MAX);
        within("firstTokens", firstTokens, 1, grantTokensMax);
        within("askPauseMillis", askPauseMillis, ASK_PAUSE_MILLIS_MIN, LeaseRequest.TTL_MILLIS_MAX);
    }

    /**
     * Bounds for Envoys; how many streams there may be is a bound of the port.
     *
     * @param bucketsMax buckets of all streams together; further ones get no assignment
     * @param bucketsPerStreamMax buckets of one stream; further ones get no assignment
     * @param entriesMax entries of one bucket ID
     * @param charsMax characters of one bucket ID together with its domain
     * @param silenceMillisMax how long a stream may be open without a report; Envoy reports every five seconds
     */
    public record Bounds(int bucketsMax, int bucketsPerStreamMax, int entriesMax, int charsMax, long silenceMillisMax) {
        public Bounds {
            within("bucketsMax", bucketsMax, 1, 10_000_000);
            within("bucketsPerStreamMax", bucketsPerStreamMax, 1, bucketsMax);
            within("entriesMax", entriesMax, 1, 64);
            within("charsMax", charsMax, 1, 65_536);
            within("silenceMillisMax", silenceMillisMax, 1_000, 3_600_000);
        }

        public static Bounds standard() {
            return new Bounds(50_000, 1_000, 16, 1_024, 30_000);
        }
    }

    public static QuotaConfig standard() {
        return new QuotaConfig(10_000, 20, 1_000_000, 500, Bounds.standard());
    }

    /** The same with another lease time. */
    public QuotaConfig withLeaseMillis(long newLeaseMillis) {
        return new QuotaConfig(newLeaseMillis, firstTokens, grantTokensMax, askPauseMillis, bounds);
    }

    /** The same with other first tokens. */
    public QuotaConfig withFirstTokens(long newFirstTokens) {
        return new QuotaConfig(leaseMillis, newFirstTokens, grantTokensMax, askPauseMillis, bounds);
    }

    /** The same with other bounds. */
    public QuotaConfig with(Bounds newBounds) {
        return new QuotaConfig(leaseMillis, firstTokens, grantTokensMax, askPauseMillis, newBounds);
    }

    long leaseNanos() {
        return leaseMillis * 1_000_000;
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
