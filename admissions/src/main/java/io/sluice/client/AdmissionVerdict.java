package io.sluice.client;

import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import org.jspecify.annotations.Nullable;

/** A verdict on an admission, and where it is recorded. */
public sealed interface AdmissionVerdict {
    /** What was decided; null if the request was malformed. */
    @Nullable VerdictDetails details();

    /** Whether the client may do it. */
    default boolean allowed() {
        VerdictDetails details = details();
        return details != null && details.allowed();
    }

    /** The ledger's verdict on this very request, which may be that it was malformed; its decision ID is its own. */
    record Recorded(Verdict verdict) implements AdmissionVerdict {
        @Override
        public @Nullable VerdictDetails details() {
            return verdict.details();
        }
    }

    /**
     * The verdict of a front end that did not ask the ledger. It has no record, and so no decision ID, of its own: a
     * report of the front end counts it.
     *
     * @param requestId echoed from the request
     * @param basis the decision of the ledger on which it is based
     */
    record Local(@Nullable String requestId, VerdictDetails details, Basis basis) implements AdmissionVerdict {}

    /** The decision of the ledger on which a front end's verdict is based. */
    sealed interface Basis {}

    /**
     * A lease, which had enough tokens for it, or too few.
     *
     * @param leaseId the decision ID of the lease's record
     */
    record Lease(String leaseId) implements Basis {}

    /**
     * The ledger denied such a request a moment ago.
     *
     * @param decisionId of that denial
     */
    record Denial(String decisionId) implements Basis {}
}
