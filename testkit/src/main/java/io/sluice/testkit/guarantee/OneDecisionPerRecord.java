package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Decision;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** G3: every decided request has exactly one decision, in the order of the log, and nothing else has one. */
public final class OneDecisionPerRecord implements Guarantee {
    private final Set<String> recordIds;

    /**
     * The guarantee for one partition.
     *
     * @param recordIds {@code partition-offset} of every request that is to be decided
     */
    public OneDecisionPerRecord(Set<String> recordIds) {
        this.recordIds = Set.copyOf(recordIds);
    }

    @Override
    public String id() {
        return "G3 OneDecisionPerRecord";
    }

    @Override
    public void check(List<Decision> decisionsInOrderOfOnePartition) {
        Set<String> missing = new LinkedHashSet<>(recordIds);
        long lastOffset = -1;
        for (Decision decision : decisionsInOrderOfOnePartition) {
            if (!recordIds.contains(decision.decisionId())) {
                throw broken(decision, "no request to be decided lies there");
            }
            if (!missing.remove(decision.decisionId())) {
                throw broken(decision, "the request was decided before");
            }
            long offset = offset(decision.decisionId());
            if (offset < lastOffset) {
                throw broken(decision, "it comes after that of offset " + lastOffset);
            }
            lastOffset = offset;
        }
        if (!missing.isEmpty()) {
            throw new AssertionError(id() + " is broken: no decision for " + missing);
        }
    }

    private static long offset(String decisionId) {
        return Long.parseLong(decisionId.substring(decisionId.indexOf('-') + 1));
    }
}
