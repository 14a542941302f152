package io.sluice.streams.clients;

import io.sluice.streams.topology.WrittenMessages;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last message between each two request partitions that an app has written. Every producer of the app writes those
 * from one partition to another in their order, so all before the last one are written, too. There are at most as many
 * entries as pairs of partitions.
 */
final class MessageProgress implements WrittenMessages {
    private final Map<Way, Long> last = new ConcurrentHashMap<>();
    /** What waits in the states of partitions, by the partition that sends it; most have nothing. */
    private final Map<Integer, Map<Integer, Waiting>> waiting = new ConcurrentHashMap<>();

    private record Way(int from, int to) {}

    void written(int from, int to, long sequence) {
        last.merge(new Way(from, to), sequence, Math::max);
    }

    @Override
    public boolean isWritten(int from, int to, long sequence) {
        return last.getOrDefault(new Way(from, to), -1L) >= sequence;
    }

    @Override
    public void waiting(int from, Map<Integer, Waiting> byDestination) {
        if (byDestination.isEmpty()) {
            waiting.remove(from);
        } else {
            waiting.put(from, Map.copyOf(byDestination));
        }
    }

    /** Messages that wait in the state for their turn. */
    long waitingMessages() {
        long messages = 0;
        for (Map<Integer, Waiting> byDestination : waiting.values()) {
            messages +=
                    byDestination.values().stream().mapToLong(Waiting::messages).sum();
        }
        return messages;
    }

    /** The bytes of those from one partition to another that have come since its task began. */
    long waitingBytes(int from, int to) {
        Waiting here = waiting.getOrDefault(from, Map.of()).get(to);
        return here == null ? 0 : here.addedBytes();
    }
}
