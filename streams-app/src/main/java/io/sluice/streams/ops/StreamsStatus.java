package io.sluice.streams.ops;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka Streams application as it is seen from inside its process, at one moment.
 *
 * @param state what Kafka Streams says
 * @param threads its stream threads that live
 */
record StreamsStatus(KafkaStreams.State state, List<SeenThread> threads) {
    StreamsStatus {
        threads = List.copyOf(threads);
    }

    /**
     * One stream thread.
     *
     * @param active partitions that it judges
     * @param standby partitions that it keeps a copy of
     * @param sincePoll for how long it has not asked for requests; null if it has no consumer
     * @param sinceHeartbeat for how long its group has not heard of it; null before the first time
     */
    record SeenThread(
            String name,
            Set<Integer> active,
            Set<Integer> standby,
            @Nullable Duration sincePoll,
            @Nullable Duration sinceHeartbeat) {
        SeenThread {
            active = Set.copyOf(active);
            standby = Set.copyOf(standby);
        }
    }

    boolean hasTasks() {
        return threads.stream()
                .anyMatch(thread ->
                        !thread.active().isEmpty() || !thread.standby().isEmpty());
    }
}
