package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.state.HoldKind;
import org.jspecify.annotations.Nullable;

/**
 * How one hold must have ended.
 *
 * @param partition of the hold
 * @param decisionId {@code partition-offset} of the request that ended it; null if it expired
 * @param noticed whether it must have been noticed; an expiry that no later record of its account brings up is noticed
 *     by the clean-up only, sooner or later
 */
public record ExpectedSettlement(
        int partition, @Nullable String decisionId, HoldSettlement settlement, boolean noticed) {

    /** Names the hold among all of them. */
    String name() {
        return name(
                partition + "-" + settlement.key().offset(), settlement.key().kind() == HoldKind.SLOTS);
    }

    static String name(String holdId, boolean slots) {
        return (slots ? "slots " : "reservation ") + holdId;
    }
}
