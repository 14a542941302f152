package io.sluice.gateway.quota;

import java.util.Map;

/**
 * A report of one Envoy about one of its buckets, since its last report.
 *
 * @param elapsedSeconds how long that was ago, in whole seconds; 0 for a new bucket
 */
record BucketUsage(Map<String, String> bucketId, long allowed, long denied, long elapsedSeconds) {
    BucketUsage {
        bucketId = Map.copyOf(bucketId);
        // Envoy's counters are unsigned; a number above the signed range cannot be a count.
        allowed = Math.max(0, allowed);
        denied = Math.max(0, denied);
        elapsedSeconds = Math.max(0, elapsedSeconds);
    }

    /** The requests, allowed or not. */
    long requests() {
        long sum = allowed + denied;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
