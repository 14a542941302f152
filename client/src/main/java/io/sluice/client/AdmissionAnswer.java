package io.sluice.client;

import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.Verdict;
import org.jspecify.annotations.Nullable;

/** What came of asking for an admission. */
public sealed interface AdmissionAnswer {

    /** What was judged; null where nothing was, since the question was malformed or no verdict came. */
    default @Nullable Judged judged() {
        return null;
    }

    /** The ledger's own verdict on this very question, which may be that it was malformed; its decision ID is its own. */
    record Answered(Verdict verdict) implements AdmissionAnswer {
        @Override
        public @Nullable Judged judged() {
            return verdict.judged();
        }
    }

    /**
     * The answer of a front end that did not ask the ledger. It has no record, and so no decision ID, of its own: a
     * report of the front end counts it.
     *
     * @param requestId echoed from the request
     * @param basis which decision of the ledger it rests on
     */
    record Local(@Nullable String requestId, Judged judged, Basis basis) implements AdmissionAnswer {}

    /** Which decision of the ledger an answer of a front end rests on. */
    sealed interface Basis {}

    /**
     * A lease paid for it, or had too little for it.
     *
     * @param leaseId the decision ID of the lease's record
     */
    record Lease(String leaseId) implements Basis {}

    /**
     * The ledger denied as much a moment ago.
     *
     * @param decisionId of that denial
     */
    record Denial(String decisionId) implements Basis {}

    /** No verdict came in time, and the failure policy answers in its place. It is in no record. */
    record Degraded(boolean allowed, String detail) implements AdmissionAnswer {}

    /** No verdict came in time, and the failure policy is to say so. */
    record Unavailable(String detail) implements AdmissionAnswer {}
}
