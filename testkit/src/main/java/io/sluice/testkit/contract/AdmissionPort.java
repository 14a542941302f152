package io.sluice.testkit.contract;

import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;

/**
 * Sluice as the contracts call it, in the terms of the wire, whatever it runs on. Each call is one record of the log.
 */
public interface AdmissionPort {
    /** Puts a ruleset document in force, as the revision after the last one; it decides every later call. */
    void activate(String documentJson);

    Verdict admit(AdmissionRequest request);

    /** A {@link io.sluice.schemas.reply.BatchVerdict}, or a verdict that is an error. */
    Reply admitAll(BatchRequest request);

    SettlementReply settle(SettleRequest request);

    QuotaReport quota(ClientId clientId);

    /**
     * Lets the time of the account's partition pass: exactly so much where the test controls time, at least so much
     * where the broker does. Contracts use the times in the answers, so they hold either way.
     */
    void passTime(ClientId clientId, long millis);
}
