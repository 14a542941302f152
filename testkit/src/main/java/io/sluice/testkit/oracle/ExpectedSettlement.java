package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.state.HoldKind;
import org.jspecify.annotations.Nullable;

/**
 * The expected settlement of one hold.
 *
 * @param partition of the hold
 * @param decisionId {@code partition-offset} of the request that ended it; null if it expired
 * @param noticed whether it must have been noticed; if no later record of its account brings up an expiry, only the
 *     clean-up notices it, sooner or later
 */
public record ExpectedSettlement(
        int partition, @Nullable String decisionId, HoldSettlement settlement, boolean noticed) {

    /** The unique name of the hold. */
    String name() {
        return name(
                partition + "-" + settlement.key().offset(), settlement.key().kind() == HoldKind.SLOTS);
    }

    static String name(String holdId, boolean slots) {
        return (slots ? "slots " : "reservation ") + holdId;
    }
}
