package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The record of the end of a hold, for analysts: exactly once for each hold under {@code read_committed}.
 *
 * @param decisionId {@code partition-offset} of the request that ended it; null if it expired
 */
public record SettlementRecord(@Nullable String decisionId, Settlement settlement) implements DecisionRecord {
    /** Its request was answered, and counted, when the hold was opened. */
    @Override
    public long allowed() {
        return 0;
    }

    @Override
    public long denied() {
        return 0;
    }

    /**
     * The tokens that it took beyond those reserved, or below 0 those that it gave back. Slots are not tokens; tokens
     * that no enforced limit can take back stay charged.
     */
    @Override
    public long charged() {
        boolean counts = !settlement.slots() && settlement.limits().stream().anyMatch(LimitStatus::enforced);
        return counts ? settlement.kept() - settlement.reserved() : 0;
    }
}
