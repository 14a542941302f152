package io.sluice.engine.credit;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.LeakyBucket;
import io.sluice.engine.bucket.TokenBucket;
import java.util.Comparator;
import java.util.List;

/**
 * Tokens that one bucket of an account has on top of its limit, for a time: bought, or on trial.
 *
 * <p>{@link UsedCredits} has how many of them are used, because that changes with every charge; a credit changes only
 * with its account's profile.
 *
 * @param id its name, which no other open credit of the account has
 * @param version the version of the profile that added it: names it for ever, also where a later one has its name
 * @param limitId the limit
 * @param scope what names the bucket, as {@link io.sluice.engine.ruleset.Scope#valueOf} takes it
 * @param scopeValue the bucket's scope value
 * @param tokens how many it has at first
 * @param first whether it is used before the limit's own tokens; otherwise after them
 * @param fromMillis the partition's time from which on it counts
 * @param untilMillis the partition's time from which on it no longer counts; {@link #FOR_EVER} for ever
 */
public record Credit(
        String id,
        long version,
        String limitId,
        List<String> scope,
        String scopeValue,
        long tokens,
        boolean first,
        long fromMillis,
        long untilMillis) {
    /** An end that never comes. */
    public static final long FOR_EVER = Long.MAX_VALUE;
    /** Credits that one account can have at once. */
    public static final int CREDITS_MAX = 64;
    /** Credits that one bucket can have at once: bounds the work of a charge and of a refusal. */
    public static final int BUCKET_CREDITS_MAX = 16;

    /** Of one bucket: those before its limit, then those after; the soonest end first, then the oldest. */
    static final Comparator<Credit> ORDER_OF_USE = Comparator.<Credit, Boolean>comparing(credit -> !credit.first)
            .thenComparingLong(Credit::untilMillis)
            .thenComparingLong(Credit::version);

    public Credit {
        scope = List.copyOf(scope);
        Bounds.within("version", version, 1, Long.MAX_VALUE);
        Bounds.within("tokens", tokens, 1, TokenBucket.BURST_MAX);
        Bounds.within("untilMillis", untilMillis, fromMillis + 1, FOR_EVER);
    }

    /**
     * Whether a limit of this algorithm can have credits: slots are not tokens, and nobody can buy a place in a
     * queue.
     */
    public static boolean isPossible(Algorithm algorithm) {
        return !(algorithm instanceof Concurrency) && !(algorithm instanceof LeakyBucket);
    }

    /** Whether its time is over. */
    public boolean isOver(long nowMillis) {
        return nowMillis >= untilMillis;
    }

    /** Whether it counts now. */
    public boolean isOpen(long nowMillis) {
        return nowMillis >= fromMillis && !isOver(nowMillis);
    }

    /** Whether both are on top of one limit for one bucket. */
    public boolean isOfSameBucket(Credit other) {
        return isOf(other.limitId, other.scopeValue);
    }

    boolean isOf(String otherLimitId, String otherScopeValue) {
        return limitId.equals(otherLimitId) && scopeValue.equals(otherScopeValue);
    }
}
