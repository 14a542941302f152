package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.CarryOver;

/**
 * A rule with an algorithm: which admissions it applies to, what it counts by, and how much it lets through.
 *
 * @param id its name, unique in the ruleset
 * @param match which admissions it applies to
 * @param scope what it counts by
 * @param algorithm how it counts
 * @param rollout for whom it is enforced; for everybody else it only shows what it would do
 * @param carryOver what becomes of its buckets when this revision changes it
 * @param alerts which shares of its capacity are worth an alert
 */
public record Limit(
        String id,
        LimitMatch match,
        Scope scope,
        Algorithm algorithm,
        Rollout rollout,
        CarryOver carryOver,
        AlertThresholds alerts) {

    /** The same limit, counting in another way. */
    Limit with(Algorithm other) {
        return new Limit(id, match, scope, other, rollout, carryOver, alerts);
    }

    /** Whether it may refuse the account; otherwise it only shows what it would do. */
    public boolean isEnforcedFor(String account) {
        return rollout.enforces(id, account);
    }
}
