package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Decision;
import java.util.List;

/**
 * G6: once a partition has decided by a revision, it never decides by an older one; repeated answers keep their own.
 */
public final class RevisionNeverGoesBack implements Guarantee {
    @Override
    public String id() {
        return "G6 RevisionNeverGoesBack";
    }

    @Override
    public void check(List<Decision> decisionsInOrderOfOnePartition) {
        long revision = 0;
        for (Decision decision : decisionsInOrderOfOnePartition) {
            if (decision.details().replayed()) {
                continue;
            }
            if (decision.details().rulesetRevision() < revision) {
                throw broken(
                        decision, "decided by revision " + decision.details().rulesetRevision() + " after " + revision);
            }
            revision = decision.details().rulesetRevision();
        }
    }
}
