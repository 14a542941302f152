package io.sluice.client;

import io.sluice.schemas.reply.Verdict;

/** What came of asking for an admission. */
public sealed interface AdmissionAnswer {

    /** The cluster's verdict, which may be that the question was malformed. */
    record Answered(Verdict verdict) implements AdmissionAnswer {}

    /** No verdict came in time, and the failure policy answers in its place. */
    record Degraded(boolean allowed, String detail) implements AdmissionAnswer {}

    /** No verdict came in time, and the failure policy is to say so. */
    record Unavailable(String detail) implements AdmissionAnswer {}
}
