package io.sluice.gateway.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's quota filter as measured with Envoy 1.40: actions apply in order, a token bucket that replaces another starts
 * as full as the old one was, times to live are whole seconds of its own clock, unknown and expired buckets deny.
 */
final class ModelEnvoy {
    private static final class Bucket {
        private boolean tokenBucket;
        private long tokens;
        private long untilMillis = Long.MAX_VALUE;
        private long allowed;
        private long denied;
        private long reportedMillis;
    }

    private final Map<Map<String, String>, Bucket> buckets = new HashMap<>();
    private final List<Long> admittedMillis = new ArrayList<>();

    /** One request; returns the report that a new bucket sends at once, or null. */
    @Nullable BucketUsage request(Map<String, String> id, long nowMillis) {
        Bucket bucket = buckets.get(id);
        if (bucket == null) {
            Bucket created = new Bucket();
            created.reportedMillis = nowMillis;
            buckets.put(id, created);
            return new BucketUsage(id, 0, 1, 0);
        }
        if (bucket.tokenBucket && bucket.tokens > 0) {
            bucket.tokens--;
            bucket.allowed++;
            admittedMillis.add(nowMillis);
        } else {
            bucket.denied++;
        }
        return null;
    }

    /** What the timers of the main thread do, which may run late. */
    void expire(long nowMillis) {
        for (Bucket bucket : buckets.values()) {
            if (bucket.untilMillis <= nowMillis) {
                bucket.tokenBucket = false;
                bucket.tokens = 0;
                bucket.untilMillis = Long.MAX_VALUE;
            }
        }
    }

    void take(List<Assignment> assignments, long nowMillis) {
        for (Assignment assignment : assignments) {
            Bucket bucket = buckets.get(assignment.bucketId());
            if (bucket == null) {
                continue;
            }
            if (assignment instanceof Assignment.Spend spend) {
                // The denial in front of the token bucket makes it begin full.
                bucket.tokenBucket = true;
                bucket.tokens = spend.tokens();
                bucket.untilMillis = nowMillis + spend.seconds() * 1_000;
            } else if (assignment instanceof Assignment.Deny deny) {
                bucket.tokenBucket = false;
                bucket.untilMillis = nowMillis + deny.seconds() * 1_000;
            } else {
                buckets.remove(assignment.bucketId());
            }
        }
    }

    /** The regular report, on all buckets, used or not. */
    List<BucketUsage> report(long nowMillis) {
        List<BucketUsage> usages = new ArrayList<>();
        buckets.forEach((id, bucket) -> {
            long seconds = (nowMillis - bucket.reportedMillis) / 1_000;
            usages.add(new BucketUsage(id, bucket.allowed, bucket.denied, seconds));
            bucket.allowed = 0;
            bucket.denied = 0;
            bucket.reportedMillis = nowMillis;
        });
        return usages;
    }

    int bucketCount() {
        return buckets.size();
    }

    /** When each request was allowed. */
    List<Long> admittedMillis() {
        return admittedMillis;
    }
}
