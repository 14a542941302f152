package io.sluice.streams.replay;

import io.sluice.schemas.control.TrustedKeys;
import org.jspecify.annotations.Nullable;

/**
 * What the streams app was set to while it decided a log, beside the log itself, and the memory of a run.
 *
 * @param requestPartitions partitions of the request topic
 * @param replyPartitions partitions of the reply topic: a reply address beyond them makes a record malformed
 * @param keys prove control records
 * @param cachedEntriesMax buckets, and a share of it of other entries, that each partition keeps as objects
 * @param unproven messages that the app refused
 * @param owners of wide buckets, if they are asked anew: the same for all partitions of a run, which are run by
 *     one thread then; null if what they said is in the log
 */
public record RunSettings(
        int requestPartitions,
        int replyPartitions,
        TrustedKeys keys,
        int cachedEntriesMax,
        UnprovenMessages unproven,
        @Nullable WideOwners owners) {
    public RunSettings {
        if (requestPartitions < 1 || replyPartitions < 1) {
            throw new IllegalArgumentException("partitions: " + requestPartitions + " of requests, " + replyPartitions
                    + " of replies (expected: at least 1 of each)");
        }
    }

    /** Of a run that has what owners said from a log whose messages all were taken. */
    public RunSettings(int requestPartitions, int replyPartitions, TrustedKeys keys, int cachedEntriesMax) {
        this(requestPartitions, replyPartitions, keys, cachedEntriesMax, UnprovenMessages.NONE, /* owners= */ null);
    }

    /** The same for a log of which the app refused some messages. */
    public RunSettings refusing(UnprovenMessages refused) {
        return new RunSettings(requestPartitions, replyPartitions, keys, cachedEntriesMax, refused, owners);
    }

    /** The same for a run that asks owners anew. */
    public RunSettings asking(WideOwners asked) {
        return new RunSettings(requestPartitions, replyPartitions, keys, cachedEntriesMax, unproven, asked);
    }
}
