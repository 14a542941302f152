package io.sluice.client;

import io.sluice.schemas.reply.LeaseReply;

/** What came of asking for a lease. */
public sealed interface LeaseAnswer {

    /** The ledger's answer, which may be that there is none to be had. */
    record Answered(LeaseReply reply) implements LeaseAnswer {}

    /** No answer came in time; tokens may have been debited all the same, and are spent. */
    record Unavailable(String detail) implements LeaseAnswer {}
}
