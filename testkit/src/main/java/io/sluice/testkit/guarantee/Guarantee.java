package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Decision;
import java.util.List;

/**
 * One numbered promise of Sluice, which checks a history without knowing how it came about.
 *
 * <p>Unlike the log oracle, it does not share the engine's arithmetic: it states what users rely on, in its own terms.
 */
public interface Guarantee {
    /** The number of the guarantee in documents and failures. */
    String id();

    /**
     * Checks the committed decisions of one request partition, in the order of their offsets.
     *
     * @throws AssertionError naming the guarantee and the first decision that breaks it
     */
    void check(List<Decision> decisionsInOrderOfOnePartition);

    /** The failure of this guarantee. */
    default AssertionError broken(Decision decision, String detail) {
        return broken(decision.decisionId(), detail);
    }

    /** The failure of this guarantee at a decision of this ID. */
    default AssertionError broken(String decisionId, String detail) {
        return new AssertionError(id() + " is broken at decision " + decisionId + ": " + detail);
    }
}
