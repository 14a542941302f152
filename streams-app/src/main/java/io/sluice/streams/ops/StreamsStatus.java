package io.sluice.streams.ops;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka Streams application as it is seen from inside its process, at one moment.
 *
 * @param state the state that Kafka Streams reports
 * @param threads its live stream threads
 */
record StreamsStatus(KafkaStreams.State state, List<SeenThread> threads) {
    StreamsStatus {
        threads = List.copyOf(threads);
    }

    /**
     * One stream thread.
     *
     * @param active partitions that it processes
     * @param standby partitions that it keeps a copy of
     * @param sincePoll the time since its last poll; null if it has no consumer
     * @param sinceHeartbeat the time since the last heartbeat to its group; null before the first one
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
