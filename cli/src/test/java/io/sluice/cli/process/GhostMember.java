package io.sluice.cli.process;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.internals.assignment.StreamsAssignmentProtocolVersions;
import org.apache.kafka.streams.processor.internals.assignment.SubscriptionInfo;
import org.awaitility.Awaitility;

/**
 * A member of the streams apps' group that joins, sends heartbeats, and never asks for anything again: what is left of
 * a stream thread that hangs.
 */
final class GhostMember implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;

    private GhostMember(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Joins a group that has a leader; the time-outs are those of a stream thread. */
    static GhostMember join(String bootstrapServers, String group, String topic, Duration pollWithin) {
        GhostMember ghost = new GhostMember(new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        group,
                        "session.timeout.ms",
                        6_000,
                        "heartbeat.interval.ms",
                        1_500,
                        "max.poll.interval.ms",
                        (int) pollWithin.toMillis(),
                        "enable.auto.commit",
                        false,
                        "partition.assignment.strategy",
                        LikeStreams.class.getName()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()));
        ghost.consumer.subscribe(Set.of(topic));
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    ghost.consumer.poll(Duration.ofMillis(200));
                    return ghost.consumer.groupMetadata().generationId() > 0;
                });
        return ghost;
    }

    /** Speaks as an instance of Kafka Streams that has nothing yet. */
    public static final class LikeStreams implements ConsumerPartitionAssignor {
        @Override
        public String name() {
            return "stream";
        }

        @Override
        public ByteBuffer subscriptionUserData(Set<String> topics) {
            int version = StreamsAssignmentProtocolVersions.LATEST_SUPPORTED_VERSION;
            return new SubscriptionInfo(
                            version, version, ProcessId.randomProcessId(), null, Map.of(), (byte) 0, 0, Map.of())
                    .encode();
        }

        @Override
        public GroupAssignment assign(Cluster metadata, GroupSubscription subscription) {
            throw new IllegalStateException("the ghost leads the group (expected: a streams app)");
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
