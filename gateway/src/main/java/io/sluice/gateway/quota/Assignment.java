package io.sluice.gateway.quota;

import java.util.Map;

/** An instruction to an Envoy for one of its buckets. */
sealed interface Assignment {
    /** The bucket's ID, as Envoy wrote it. */
    Map<String, String> bucketId();

    /** Drop the old tokens, and allow this many requests. */
    record Spend(Map<String, String> bucketId, long tokens, long seconds) implements Assignment {}

    /** Deny every request. */
    record Deny(Map<String, String> bucketId, long seconds) implements Assignment {}

    /** Forget the bucket; Envoy reports its next request at once. */
    record Abandon(Map<String, String> bucketId) implements Assignment {}
}
