package io.sluice.engine.ledger;

/**
 * One threshold that a charge has crossed.
 *
 * @param limitId the limit
 * @param scope the bucket's scope value
 * @param thresholdPerMille the share of the capacity; that much or more is in use now
 * @param used tokens in use after the charge
 * @param capacity the most tokens that can be in use
 * @param enforced whether the limit can refuse; otherwise it is in shadow
 */
public record BucketAlert(
        String limitId, String scope, int thresholdPerMille, long used, long capacity, boolean enforced) {}
