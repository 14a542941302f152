package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.BucketState;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The bounds for new buckets of one limit, so that invented names do not fill the disk.
 *
 * @param bucketsPerAccount the most buckets of one limit and account that are charged in one period before new buckets
 *     share
 * @param bucketsPerPartition the same for one limit and partition, without the accounts that the document names
 * @param periodMillisByLimit by limit ID, twice the longest time that one of its buckets takes to fill, whatever the
 *     account; so a bucket with something in use was charged in this period or in the last
 */
public record CardinalityLimits(
        long bucketsPerAccount, long bucketsPerPartition, Map<String, Long> periodMillisByLimit) {
    /** No bound: for a document without a cardinality limit. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** The bound of a partition for a wide limit with attributes, where the document gives none. */
    public static final long WIDE_BUCKETS_DEFAULT = 1_000_000;

    /**
     * If the document has no {@code bucketsPerAccount}, one account may begin this part of a partition's wide
     * buckets.
     */
    private static final long WIDE_SHARE_OF_ACCOUNT = 10;

    static final CardinalityLimits OFF = new CardinalityLimits(UNBOUNDED, UNBOUNDED, Map.of());
    static final long BUCKETS_MAX = 1_000_000_000;

    private static final Set<String> KEYS = Set.of("bucketsPerAccount", "bucketsPerPartition");

    public CardinalityLimits {
        periodMillisByLimit = Map.copyOf(periodMillisByLimit);
    }

    public boolean isOn() {
        return bucketsPerAccount != UNBOUNDED || bucketsPerPartition != UNBOUNDED;
    }

    /** Whether new buckets of the limit are counted. */
    public boolean bounds(Limit limit) {
        return isOn() || isOpenToAll(limit);
    }

    /** Whether every account can add buckets to it that belong to no account. */
    private static boolean isOpenToAll(Limit limit) {
        return limit.isWide() && limit.scope().dimensions().size() > 1;
    }

    /** {@link #bucketsPerPartition} as it holds for the limit. */
    public long bucketsPerPartition(Limit limit) {
        return bucketsPerPartition == UNBOUNDED && isOpenToAll(limit) ? WIDE_BUCKETS_DEFAULT : bucketsPerPartition;
    }

    /** {@link #bucketsPerAccount} as it holds for the limit: of a wide one, for the account that begins a bucket. */
    public long bucketsPerAccount(Limit limit) {
        return bucketsPerAccount == UNBOUNDED && isOpenToAll(limit)
                ? Math.max(1, bucketsPerPartition(limit) / WIDE_SHARE_OF_ACCOUNT)
                : bucketsPerAccount;
    }

    /** The period in which the buckets of the limit are counted. */
    public long periodMillis(String limitId) {
        return periodMillisByLimit.getOrDefault(limitId, 1L);
    }

    /** The same bounds, with periods for these limits in all the ways in which they count. */
    CardinalityLimits over(Collection<Limit> limits) {
        Map<String, Long> periods = new HashMap<>();
        for (Limit limit : limits) {
            periods.merge(limit.id(), 2 * fillMillis(limit), Math::max);
        }
        return new CardinalityLimits(bucketsPerAccount, bucketsPerPartition, periods);
    }

    /** How long a bucket takes to fill, from as far below empty as it may be. */
    private static long fillMillis(Limit limit) {
        Algorithm algorithm = limit.algorithm();
        BucketState full = algorithm.full(0);
        long windowMillis = algorithm.windowMillis(full);
        long debt = limit.debtMax();
        if (debt == 0) {
            return windowMillis;
        }
        BucketState deepest = algorithm.debited(full, algorithm.chargeable(full, debt), /* slotId= */ 0);
        return Math.max(windowMillis, algorithm.fullAfterMillis(deepest));
    }

    static CardinalityLimits read(DocumentSection root) {
        if (!root.has("cardinality")) {
            return OFF;
        }
        DocumentSection section = root.section("cardinality", KEYS);
        return new CardinalityLimits(
                bound(section, "bucketsPerAccount"), bound(section, "bucketsPerPartition"), Map.of());
    }

    private static long bound(DocumentSection section, String name) {
        if (!section.has(name)) {
            return UNBOUNDED;
        }
        Long bound = section.parsed(name, it -> Bounds.within(name, it.integer(name, BUCKETS_MAX), 1, BUCKETS_MAX));
        return bound == null ? UNBOUNDED : bound;
    }
}
