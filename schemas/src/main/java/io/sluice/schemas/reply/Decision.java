package io.sluice.schemas.reply;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseTerms;
import org.jspecify.annotations.Nullable;

/**
 * The decision record of one admission, for analysts: the request and its verdict, exactly once under {@code
 * read_committed}.
 *
 * @param decisionId {@code partition-offset} of the request in the log
 * @param request the admission request
 * @param charged tokens taken from each applying limit; 0 for a denial, a peek and a replay; below 0 for a refund.
 *     If limits differ, the amount of the limit that was charged, or got back, the most. Includes leased tokens
 * @param lent the lease that a front end got with the answer; null for none
 */
public record Decision(
        String decisionId,
        AdmissionRequest request,
        long charged,
        VerdictDetails details,
        @Nullable LeaseTerms lent) implements DecisionRecord {
    public Decision {
        if (lent != null && (lent.tokens() == 0 || !details.allowed() || request.lease() == null)) {
            throw new IllegalArgumentException(
                    "lent: " + lent + " (expected: some tokens, to who takes them and is allowed)");
        }
    }

    /** A decision that lent nothing. */
    public Decision(String decisionId, AdmissionRequest request, long charged, VerdictDetails details) {
        this(decisionId, request, charged, details, /* lent= */ null);
    }

    /**
     * The tokens of the lease that came with the answer; the decision ID names it, and a lease report counts its use.
     */
    public long granted() {
        return lent == null ? 0 : lent.tokens();
    }

    @Override
    public long allowed() {
        return details.allowed() ? 1 : 0;
    }

    @Override
    public long denied() {
        return details.allowed() ? 0 : 1;
    }
}
