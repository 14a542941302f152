package io.sluice.client;

import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The number of request partitions, and the reply partition that an instance reads.
 *
 * <p>A consumer looks them up: a producer that looks up a missing topic has the broker create it, by the broker's
 * defaults, and the number of request partitions is fixed for ever.
 */
record TopicSizes(int requestPartitions, int replyPartition) {
    private static final Duration TRAFFIC_WITHIN = Duration.ofSeconds(5);
    private static final long PAUSE_BETWEEN_LOOKS_MILLIS = 100;

    /**
     * Waits until both topics exist: the broker may start, and the topics be created, at the same time.
     *
     * @param replyOrdinal number of the instance, which picks its reply partition; negative to take the one that is
     *     used least
     * @throws TimeoutException if they are not found in time
     */
    static TopicSizes lookUp(Map<String, Object> consumerProperties, int replyOrdinal, Duration within) {
        long startNanos = System.nanoTime();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consumerProperties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Look look = new Look(consumer, startNanos, within);
            int requests = look.partitionsOf(TopicCatalogue.REQUESTS);
            int replies = look.partitionsOf(TopicCatalogue.REPLIES);
            return new TopicSizes(
                    requests,
                    replyOrdinal < 0
                            ? ReplyTraffic.quietest(
                                    consumer,
                                    TopicCatalogue.REPLIES,
                                    replies,
                                    System.currentTimeMillis(),
                                    TRAFFIC_WITHIN)
                            : replyOrdinal % replies);
        }
    }

    /**
     * Waits until all of the topics exist.
     *
     * @throws TimeoutException if they are not found in time
     */
    static void await(Map<String, Object> consumerProperties, List<String> topics, Duration within) {
        long startNanos = System.nanoTime();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consumerProperties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Look look = new Look(consumer, startNanos, within);
            topics.forEach(look::partitionsOf);
        }
    }

    private record Look(Consumer<byte[], byte[]> consumer, long startNanos, Duration within) {
        int partitionsOf(String topic) {
            Duration left = left();
            while (!left.isNegative() && !left.isZero()) {
                int partitions = partitionsOf(topic, left);
                if (partitions > 0) {
                    return partitions;
                }
                pause();
                left = left();
            }
            throw new TimeoutException("topic " + topic + " was not found within " + within.toSeconds()
                    + " s (expected: a reachable broker, and topics created by `sluice topics create`)");
        }

        /** None for a topic that is not there, and if the broker does not answer in time. */
        private int partitionsOf(String topic, Duration left) {
            try {
                return consumer.partitionsFor(topic, left).size();
            } catch (TimeoutException e) {
                return 0;
            }
        }

        private Duration left() {
            return within.minusNanos(System.nanoTime() - startNanos);
        }

        /** A pause between attempts, not a wait for a condition: a missing topic is reported at once. */
        private static void pause() {
            try {
                Thread.sleep(PAUSE_BETWEEN_LOOKS_MILLIS);
            } catch (InterruptedException e) {
                throw new InterruptException("interrupted while looking for the topics", e);
            }
        }
    }
}
