package io.sluice.client;

import io.sluice.schemas.reply.Verdict;

/** What came of asking for an admission. */
public sealed interface AdmissionAnswer {

    /**
     * The cluster's verdict, which may be that the question was malformed.
     *
     * @param local whether a front end gave it, out of a lease or by repeating a denial; its decision ID then names the
     *     decision that it rests on
     */
    record Answered(Verdict verdict, boolean local) implements AdmissionAnswer {
        /** The ledger's own verdict on this very question. */
        public Answered(Verdict verdict) {
            this(verdict, /* local= */ false);
        }
    }

    /** No verdict came in time, and the failure policy answers in its place. */
    record Degraded(boolean allowed, String detail) implements AdmissionAnswer {}

    /** No verdict came in time, and the failure policy is to say so. */
    record Unavailable(String detail) implements AdmissionAnswer {}
}
