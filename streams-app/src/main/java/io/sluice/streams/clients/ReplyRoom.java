package io.sluice.streams.clients;

import java.util.HashMap;
import java.util.Map;

/**
 * The bytes of the replies that wait, shared out among reply partitions: a partition takes at most as much as is free.
 *
 * <pre>
 *   nobody answers for   each of them takes   free for all others
 *   1 partition          1/2                  1/2
 *   3 partitions         1/4                  1/4
 * </pre>
 *
 * <p>So some room is always left, and those that brokers take from do not notice those that they do not.
 */
final class ReplyRoom {
    private final long bytesMax;
    /** Of the partitions that have some. */
    private final Map<Integer, Long> waiting = new HashMap<>();

    private long waitingInAll;

    ReplyRoom(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes room for a reply; returns false, and takes none, if its partition has its share. */
    synchronized boolean take(int partition, long bytes) {
        long after = waiting.getOrDefault(partition, 0L) + bytes;
        if (after > bytesMax - waitingInAll) {
            return false;
        }
        waiting.put(partition, after);
        waitingInAll += bytes;
        return true;
    }

    /** Gives back the room of a reply. */
    synchronized void leave(int partition, long bytes) {
        waitingInAll -= bytes;
        waiting.computeIfPresent(partition, (same, before) -> before == bytes ? null : before - bytes);
    }

    /** The bytes that wait for a partition. */
    synchronized long waiting(int partition) {
        return waiting.getOrDefault(partition, 0L);
    }
}
