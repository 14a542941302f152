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
 * @param exact whether every admission goes to the ledger, without leases: for exactness, or to record each admission
 * @param byTier how it counts for accounts of these tiers, instead of {@code algorithm}
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
    private static final String OVERAGE_SUFFIX = "~overage";

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

    /** Tokens by which admissions may exceed it before it refuses; 0 for none. */
    public long grace() {
        return metering.gracePerMille() == 0 ? 0 : metering.grace(algorithm);
    }

    /** How far below empty one of its buckets may be, by admissions within the grace or by charges for what is done. */
    public long debtMax() {
        return Math.max(metering.overdraft(), grace());
    }

    /** Whether what it would refuse is counted as well; see {@link #overage}. */
    private boolean hasOverage() {
        boolean letsThrough = rollout.perMille() < Rollout.EVERYBODY || exceedPolicy.action() == OnExceed.TAG;
        return letsThrough
                && alerts.areAboveWhole()
                && !(algorithm instanceof Concurrency)
                && !isWide()
                && !isOverage(id);
    }

    /**
     * A second limit whose buckets are charged everything, including what this one would refuse. It never refuses. It
     * exists if this limit lets through what exceeds it, and has a threshold above its capacity; otherwise null.
     */
    public @Nullable Limit overage() {
        return !hasOverage()
                ? null
                : new Limit(
                        id + OVERAGE_SUFFIX,
                        match,
                        scope,
                        algorithm,
                        Rollout.SHADOW,
                        carryOver,
                        alerts.aboveWhole(),
                        onFailure,
                        ExceedPolicy.DENIED,
                        PriorityShares.NONE,
                        new Metering(overageMax(), metering.refunds(), metering.cost(), 0),
                        exact,
                        Map.of());
    }

    /** No threshold is higher, so counting further is not needed. */
    private long overageMax() {
        long most = (AlertThresholds.PER_MILLE_MAX / Rollout.EVERYBODY - 1) * algorithm.capacity();
        return Math.min(most, algorithm.overdraftMax());
    }

    /** The thresholds of its own buckets. */
    public AlertThresholds ownAlerts() {
        return hasOverage() ? alerts.upToWhole() : alerts;
    }

    /** Whether a name is that of an {@link #overage}; no limit of a document has such a name. */
    public static boolean isOverage(String id) {
        return id.endsWith(OVERAGE_SUFFIX);
    }

    /** The limit that a name of an overage belongs to; any other name is returned as it is. */
    public static String withoutOverage(String id) {
        return isOverage(id) ? id.substring(0, id.length() - OVERAGE_SUFFIX.length()) : id;
    }

    /**
     * Whether it applies to admissions of this mode: only checks take slots, and nothing is refunded to a bucket that
     * accounts share.
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
        return rollout.words(id, account) + (grace() == 0 ? "" : "; grace of " + grace() + " tokens");
    }
}
