package io.sluice.streams.replay;

import io.sluice.schemas.control.TrustedKeys;

/**
 * What the streams app was set to while it decided a log, beside the log itself, and the memory of a run.
 *
 * @param requestPartitions partitions of the request topic
 * @param replyPartitions partitions of the reply topic: a reply address beyond them makes a record malformed
 * @param keys prove control records
 * @param cachedEntriesMax buckets, and a share of it of other entries, that each partition keeps as objects
 */
public record RunSettings(int requestPartitions, int replyPartitions, TrustedKeys keys, int cachedEntriesMax) {
    public RunSettings {
        if (requestPartitions < 1 || replyPartitions < 1) {
            throw new IllegalArgumentException("partitions: " + requestPartitions + " of requests, " + replyPartitions
                    + " of replies (expected: at least 1 of each)");
        }
    }
}
