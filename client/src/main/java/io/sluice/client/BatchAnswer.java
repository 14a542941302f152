package io.sluice.client;

import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.WireError;

/** What came of asking for a batch. */
public sealed interface BatchAnswer {

    /** The cluster's verdict on all of it. */
    record Answered(BatchVerdict verdict) implements BatchAnswer {}

    /** The batch was not judged; nothing was charged. */
    record Refused(WireError error) implements BatchAnswer {}

    /** No verdict came in time, and the failure policy answers in its place. */
    record Degraded(boolean allowed, String detail) implements BatchAnswer {}

    /** No verdict came in time, and the failure policy is to say so. */
    record Unavailable(String detail) implements BatchAnswer {}
}
