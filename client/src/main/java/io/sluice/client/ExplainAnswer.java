package io.sluice.client;

import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.WireError;

/** What came of asking for an explanation. */
public sealed interface ExplainAnswer {

    /** What would be answered, and why. */
    record Answered(Explanation explanation) implements ExplainAnswer {}

    /** The question was malformed. */
    record Refused(WireError error) implements ExplainAnswer {}

    /** No explanation came in time. */
    record Unavailable(String detail) implements ExplainAnswer {}
}
