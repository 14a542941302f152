package io.sluice.engine.state;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.penalty.PenaltyMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one admission, with everything that explains it.
 *
 * @param decidedAtMillis the partition's time at the decision
 * @param revision the ruleset revision that was active, 0 for none
 * @param tier the account's tier
 * @param cost the requested tokens
 * @param reason why it was decided so
 * @param limits the outcome of each applying limit, in the order of the ruleset
 * @param holdGrant what the admission holds from then on
 * @param listed the list entry that answered in place of the limits, or null
 * @param penalty the penalty that answered in place of the limits, or scaled them down, or would have; or null
 */
public record Outcome(
        long decidedAtMillis,
        long revision,
        String tier,
        long cost,
        Reason reason,
        List<LimitOutcome> limits,
        HoldGrant holdGrant,
        @Nullable ListMatch listed,
        @Nullable PenaltyMatch penalty) {

    public Outcome {
        limits = List.copyOf(limits);
    }

    /** The answer to an admission that no penalty concerns. */
    public Outcome(
            long decidedAtMillis,
            long revision,
            String tier,
            long cost,
            Reason reason,
            List<LimitOutcome> limits,
            HoldGrant holdGrant,
            @Nullable ListMatch listed) {
        this(decidedAtMillis, revision, tier, cost, reason, limits, holdGrant, listed, null);
    }

    /** The answer to an admission that holds nothing. */
    public Outcome(
            long decidedAtMillis, long revision, String tier, long cost, Reason reason, List<LimitOutcome> limits) {
        this(decidedAtMillis, revision, tier, cost, reason, limits, HoldGrant.NONE, null);
    }

    public boolean allowed() {
        return reason.allows();
    }

    /**
     * Tokens taken from every limit that is enforced and was not exceeded; 0 if there is none. Where limits differ, it
     * is the most that one of them was charged, or as a negative number the most that one of them got back.
     */
    public long charged() {
        return switch (reason) {
            case WITHIN_LIMITS, WITHIN_GRACE, THROTTLED -> cost;
            case CHARGED, CHARGED_IN_PART -> mostOf(MeteredCharge::charged);
            case REFUNDED -> -mostOf(charge -> -charge.charged());
            case TAGGED -> limits.stream().anyMatch(limit -> limit.enforced() && !limit.refused()) ? cost : 0;
            default -> 0;
        };
    }

    /** Tokens that were used, and that the limit with the least room could not be charged. */
    public long uncharged() {
        return reason == Reason.CHARGED_IN_PART ? mostOf(MeteredCharge::uncharged) : 0;
    }

    /** The most of all limits that are enforced. */
    private long mostOf(ToLongFunction<MeteredCharge> tokens) {
        long most = 0;
        for (LimitOutcome limit : limits) {
            MeteredCharge charge = limit.enforced() ? limit.metered() : null;
            most = charge == null ? most : Math.max(most, tokens.applyAsLong(charge));
        }
        return most;
    }

    /** The limits that were exceeded and let the admission through nevertheless, in the order of the ruleset. */
    public List<String> tags() {
        List<String> tags = List.of();
        for (LimitOutcome limit : limits) {
            if (allowed() && limit.tagged()) {
                tags = tags.isEmpty() ? new ArrayList<>() : tags;
                tags.add(limit.limitId());
            }
        }
        return tags;
    }

    /**
     * The limit that decides the answer, always an enforced one. Of the limits that refused with the strictest action,
     * it is the one to wait longest for. If none refused, it is the one with the fewest tokens left. Ties go to the
     * limit that comes first in the ruleset.
     */
    public @Nullable LimitOutcome deciding() {
        LimitOutcome deciding = null;
        for (LimitOutcome limit : limits) {
            if (limit.enforced() && (deciding == null || isCloser(limit, deciding))) {
                deciding = limit;
            }
        }
        return deciding;
    }

    private boolean isCloser(LimitOutcome limit, LimitOutcome other) {
        if (allowed()) {
            return limit.remaining() < other.remaining();
        }
        int stricter = Integer.compare(strictness(limit), strictness(other));
        return stricter == 0 ? limit.retryAfterMillis() > other.retryAfterMillis() : stricter > 0;
    }

    /** The strictness of a refusal: tags refuse nothing. */
    private static int strictness(LimitOutcome limit) {
        return limit.refused() && !limit.tagged() ? limit.action().ordinal() : 0;
    }

    /** How long until the same admission would be allowed without other requests; {@link Algorithm#NEVER} if never. */
    public long retryAfterMillis() {
        if (reason == Reason.DENY_LISTED && listed != null) {
            return listed.waitMillis(decidedAtMillis);
        }
        if (reason == Reason.PENALTY && penalty != null) {
            return penalty.untilMillis() - decidedAtMillis;
        }
        long longest = holdGrant.freeAtMillis() == 0 ? 0 : holdGrant.freeAtMillis() - decidedAtMillis;
        for (LimitOutcome limit : limits) {
            longest = limit.enforced() && !limit.tagged() ? Math.max(longest, limit.retryAfterMillis()) : longest;
        }
        return longest;
    }

    /**
     * How long an allowed admission has to be delayed: until its last scheduled time, or the end of a queue.
     */
    public long delayMillis() {
        long longest = 0;
        for (LimitOutcome limit : limits) {
            longest = allowed() && limit.enforced() && !limit.refused()
                    ? Math.max(longest, limit.delayMillis())
                    : longest;
        }
        return longest;
    }
}
