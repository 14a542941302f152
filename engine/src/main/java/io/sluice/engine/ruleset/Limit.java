package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.CarryOver;
import io.sluice.engine.bucket.Concurrency;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule with an algorithm: which admissions it applies to, what it counts by, and how much it lets through.
 *
 * @param id its name, unique in the ruleset
 * @param match which admissions it applies to
 * @param scope what it counts by
 * @param algorithm how it counts
 * @param rollout for whom it is enforced; for all others it only reports what it would do
 * @param carryOver what becomes of its buckets when this revision changes it
 * @param alerts which shares of its capacity are worth an alert
 * @param onFailure its assumed outcome when no verdict comes in time; null to leave that to the front end
 * @param exceedPolicy what it does about admissions that exceed it
 * @param kept the shares of its capacity that it keeps for higher priorities
 * @param metering what it is charged, and how far beyond empty
 * @param exact whether every admission goes to the ledger, for exactness or for a record of each: no leases
 * @param byTier how it counts for accounts of these tiers, in place of {@code algorithm}
 */
public record Limit(
        String id,
        LimitMatch match,
        Scope scope,
        Algorithm algorithm,
        Rollout rollout,
        CarryOver carryOver,
        AlertThresholds alerts,
        @Nullable FailureMode onFailure,
        ExceedPolicy exceedPolicy,
        PriorityShares kept,
        Metering metering,
        boolean exact,
        Map<String, Algorithm> byTier) {
    public Limit {
        byTier = Map.copyOf(byTier);
    }

    /** A limit that denies what exceeds it, for every caller, and raises no alerts. */
    public Limit(String id, LimitMatch match, Scope scope, Algorithm algorithm, Rollout rollout, CarryOver carryOver) {
        this(
                id,
                match,
                scope,
                algorithm,
                rollout,
                carryOver,
                AlertThresholds.NONE,
                null,
                ExceedPolicy.DENIED,
                PriorityShares.NONE,
                Metering.PLAIN,
                /* exact= */ false,
                Map.of());
    }

    /** The same limit, counting in another way. */
    Limit with(Algorithm other) {
        return with(other, kept);
    }

    private Limit with(Algorithm otherAlgorithm, PriorityShares otherShares) {
        return new Limit(
                id,
                match,
                scope,
                otherAlgorithm,
                rollout,
                carryOver,
                alerts,
                onFailure,
                exceedPolicy,
                otherShares,
                metering,
                exact,
                byTier);
    }

    /** The limit as it counts for accounts of a tier, whose requests have priorities within these bounds. */
    Limit forTier(String tier, PriorityBounds priorities) {
        Algorithm ofTier = byTier.getOrDefault(tier, algorithm);
        PriorityShares within = kept.equals(PriorityShares.NONE) ? kept : kept.within(priorities);
        return ofTier.equals(algorithm) && within.equals(kept) ? this : with(ofTier, within);
    }

    /**
     * Whether an admission in this mode concerns it: what is done takes no slot, and frees none, and nothing is
     * refunded to a bucket that accounts share.
     */
    public boolean counts(ChargeMode mode) {
        return switch (mode) {
            case CHECK -> true;
            case CHARGE -> !(algorithm instanceof Concurrency);
            case REFUND -> !(algorithm instanceof Concurrency) && !isWide();
        };
    }

    /** Whether all accounts share its buckets. */
    public boolean isWide() {
        return scope.isWide();
    }

    /** Whether it may refuse the account; otherwise it only reports what it would do. */
    public boolean isEnforcedFor(String account) {
        return rollout.enforces(id, account);
    }

    /** Why it may refuse the account, or may not, in words. */
    public String enforcement(String account) {
        return rollout.words(id, account);
    }
}
