package io.sluice.client;

import io.sluice.schemas.reply.SettlementReply;

/** What came of a commit, a cancel or a release. */
public sealed interface SettlementAnswer {

    /** The cluster's answer, which may be that there is no such reservation. */
    record Answered(SettlementReply reply) implements SettlementAnswer {}

    /** No answer came in time; ask again, the answer to the same question stays the same. */
    record Unavailable(String detail) implements SettlementAnswer {}
}
