package io.sluice.schemas.alert;

/**
 * An alert that an account makes far more requests than usual. There is one for each spike under {@code
 * read_committed}.
 *
 * @param account the account
 * @param limitId the limit that the requests were counted by; empty for all requests of the account
 * @param fromMillis the beginning of the time bucket with the spike, milliseconds since the epoch
 * @param bucketMillis its length
 * @param requests requests in the bucket so far
 * @param refused how many of them were denied or challenged
 * @param usualRequests the mean of the buckets before, rounded
 * @param usualDeviation their standard deviation, rounded up; at least the square root of the mean
 * @param usualBuckets how many buckets before are known
 * @param decidedAtMillis the end of the minute that showed it
 */
public record SpikeAlert(
        String account,
        String limitId,
        long fromMillis,
        long bucketMillis,
        long requests,
        long refused,
        long usualRequests,
        long usualDeviation,
        int usualBuckets,
        long decidedAtMillis)
        implements Alert {}
