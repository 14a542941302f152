package io.sluice.streams.usage;

import java.time.Duration;

/**
 * The definition of a spike, and how many accounts of one partition are watched.
 *
 * @param bucketMinutes the length of the buckets of time that are compared
 * @param bucketsKept number of last buckets that define what is usual
 * @param bucketsMin with fewer buckets, an account or limit has no alerts yet
 * @param zScoreMilli how many thousandths of a standard deviation above the mean are a spike
 * @param requestsMin fewer requests are never a spike
 * @param coolDown the least time between two alerts of one account and limit
 * @param accountsMax accounts that are watched; 0 for none
 * @param limitsMax limits of an account that are watched, beside the account as a whole
 */
public record SpikeBounds(
        int bucketMinutes,
        int bucketsKept,
        int bucketsMin,
        long zScoreMilli,
        long requestsMin,
        Duration coolDown,
        int accountsMax,
        int limitsMax) {
    private static final long MINUTE_MILLIS = 60_000;

    public SpikeBounds {
        within("spikeBucketMinutes", bucketMinutes, 1, 60);
        within("spikeBucketsKept", bucketsKept, 2, 288);
        within("spikeBucketsMin", bucketsMin, 1, bucketsKept);
        within("spikeZScoreMilli", zScoreMilli, 1_000, 100_000);
        within("spikeRequestsMin", requestsMin, 1, 1_000_000_000);
        within("spikeCoolDownMillis", coolDown.toMillis(), 0, 604_800_000);
        within("spikeAccountsMax", accountsMax, 0, 10_000_000);
        within("spikeLimitsMax", limitsMax, 0, 200);
    }

    /** Six hours of five-minute buckets; 3.5 deviations, 200 requests, two hours. */
    public static SpikeBounds standard() {
        return new SpikeBounds(5, 72, 12, 3_500, 200, Duration.ofHours(2), 50_000, 16);
    }

    public SpikeBounds withBuckets(int newBucketMinutes, int newBucketsKept, int newBucketsMin) {
        return new SpikeBounds(
                newBucketMinutes,
                newBucketsKept,
                newBucketsMin,
                zScoreMilli,
                requestsMin,
                coolDown,
                accountsMax,
                limitsMax);
    }

    public SpikeBounds withRule(long newZScoreMilli, long newRequestsMin, Duration newCoolDown) {
        return new SpikeBounds(
                bucketMinutes,
                bucketsKept,
                bucketsMin,
                newZScoreMilli,
                newRequestsMin,
                newCoolDown,
                accountsMax,
                limitsMax);
    }

    public SpikeBounds with(int newAccountsMax, int newLimitsMax) {
        return new SpikeBounds(
                bucketMinutes,
                bucketsKept,
                bucketsMin,
                zScoreMilli,
                requestsMin,
                coolDown,
                newAccountsMax,
                newLimitsMax);
    }

    boolean areOn() {
        return accountsMax > 0;
    }

    long bucketMillis() {
        return bucketMinutes * MINUTE_MILLIS;
    }

    /** The number of the bucket that this time lies in. */
    long bucketOf(long atMillis) {
        return Math.floorDiv(atMillis, bucketMillis());
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
