package io.sluice.replay.suggest;

import org.jspecify.annotations.Nullable;

/**
 * What a suggestion is to keep to.
 *
 * @param of whose share counts
 * @param perMillionMax the most that may be refused, in millionths
 * @param tier whose requests count; null for those of all tiers
 */
public record RefusalGoal(
        Of of, long perMillionMax, @Nullable String tier) {
    /** Whose share counts. */
    public enum Of {
        ACCOUNTS,
        REQUESTS
    }

    boolean isMetBy(Refusals refusals) {
        return refusals.refusedPerMillion(of) <= perMillionMax;
    }
}
