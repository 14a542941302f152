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

    private record Way(int from, int to) {}

    void written(int from, int to, long sequence) {
        last.merge(new Way(from, to), sequence, Math::max);
    }

    @Override
    public boolean isWritten(int from, int to, long sequence) {
        return last.getOrDefault(new Way(from, to), -1L) >= sequence;
    }
}
