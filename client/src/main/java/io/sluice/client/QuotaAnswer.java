package io.sluice.client;

import io.sluice.schemas.reply.QuotaReport;

/** What came of asking for a client's quota. */
public sealed interface QuotaAnswer {

    /** The cluster's report, which may be that the question was malformed. */
    record Answered(QuotaReport report) implements QuotaAnswer {}

    /** No report came in time. */
    record Unavailable(String detail) implements QuotaAnswer {}
}
