package io.sluice.gateway.quota;

import java.util.Map;

/** What an Envoy is told to do with one of its buckets. */
sealed interface Assignment {
    /** The bucket's ID, as Envoy wrote it. */
    Map<String, String> bucketId();

    /** To deny everything, and from then on to allow so many requests, once. */
    record Spend(Map<String, String> bucketId, long tokens, long seconds) implements Assignment {}

    /** To deny everything. */
    record Deny(Map<String, String> bucketId, long seconds) implements Assignment {}

    /** To forget the bucket; its next request makes Envoy report it anew, at once. */
    record Abandon(Map<String, String> bucketId) implements Assignment {}
}
