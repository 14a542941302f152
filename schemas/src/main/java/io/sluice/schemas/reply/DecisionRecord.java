package io.sluice.schemas.reply;

/**
 * One record of the decision topic: a decided admission or batch, the end of a hold, a lease, or a lease report.
 *
 * <p>Sums of its counts over all records are exact: every answered request is in {@code allowed} or {@code denied} of
 * exactly one record. The sum of {@code charged} is the tokens that were charged and not given back.
 */
public sealed interface DecisionRecord
        permits Decision, BatchDecision, SettlementRecord, LeaseRecord, LeaseReportRecord {
    /** How many requests this record allowed. */
    long allowed();

    /** How many requests this record denied. */
    long denied();

    /** Tokens that it took from each limit that applies; negative if it gave tokens back. */
    long charged();
}
