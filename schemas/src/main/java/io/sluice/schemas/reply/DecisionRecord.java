package io.sluice.schemas.reply;

/**
 * One record of the decision topic: an admission or a batch that was judged, the end of something that one held, a
 * lease, or what a front end answered by itself.
 *
 * <p>Each says what it counts, so that sums over all records are the truth: every request that was answered is in
 * {@code allowed} or {@code denied} of exactly one record, and the sum of {@code charged} is what was charged and not
 * given back.
 */
public sealed interface DecisionRecord
        permits Decision, BatchDecision, SettlementRecord, LeaseRecord, LeaseReportRecord {
    /** How many requests this record answered with yes. */
    long allowed();

    /** How many requests this record answered with no. */
    long denied();

    /** Tokens that it took from each limit that applies; negative for what it gave back. */
    long charged();
}
