package io.sluice.schemas.alert;

/**
 * An alert that a bucket crossed a threshold: a configured share of it is in use. There is one for each crossing
 * under {@code read_committed}.
 *
 * @param decisionId {@code partition-offset} of the record whose charge crossed the threshold: of the admission, or of
 *     its visit to a bucket of all accounts, whose admission has a decision of its own
 * @param account the account that it charged
 * @param limitId the limit
 * @param scope the value that the limit counted by: a client ID, attribute values, or empty for the account
 * @param thresholdPerMille the crossed share of the capacity; at least this much is in use
 * @param used tokens in use after the charge
 * @param capacity the most tokens that can be in use
 * @param enforced whether the limit can refuse; one in shadow only shows what it would have done
 * @param rulesetRevision the revision in force
 * @param decidedAtMillis the partition's time at the charge, milliseconds since the epoch
 */
public record ThresholdAlert(
        String decisionId,
        String account,
        String limitId,
        String scope,
        int thresholdPerMille,
        long used,
        long capacity,
        boolean enforced,
        long rulesetRevision,
        long decidedAtMillis)
        implements Alert {}
