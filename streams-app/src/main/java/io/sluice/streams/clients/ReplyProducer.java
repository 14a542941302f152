package io.sluice.streams.clients;

import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the replies of one stream thread, beside its transactions.
 *
 * <pre>
 *   stream thread   decide ──┬── decision, changelog ──▶ transaction ── commit     exactly once
 *                            └── reply ──▶ broker                                  at once
 * </pre>
 *
 * <p><b>Why it may.</b> A reply is a function of its partition's log. If the transaction is aborted, whoever decides
 * the record again sends an equal reply, and the caller takes the first. A reply that a crash loses costs its caller
 * the time that it waits.
 *
 * <p><b>Fast.</b> Nothing lingers, nothing is compressed, and the leader alone acknowledges. One request at a time is
 * under way to each broker: replies that come meanwhile travel together, and a retry changes no order.
 *
 * <p><b>Never in the way.</b> {@link #send} does not wait. A reply for which there is no room or no broker is counted
 * and dropped.
 */
final class ReplyProducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyProducer.class);
    /** No caller waits for longer. */
    private static final int DELIVERY_MILLIS = 30_000;
    /** Forgetting where the partitions are would cost the first reply after the pause. */
    private static final long KNOWN_FOR_MILLIS = Duration.ofDays(30).toMillis();

    private static final Duration FOUND_WITHIN = Duration.ofSeconds(2);
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(5).toNanos();
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private final Producer<byte[], byte[]> producer;
    private final ReplyMeters meters;

    /**
     * A producer to the brokers of a stream thread.
     *
     * @param threadsProducer the configuration that Kafka Streams has for the thread's own producer
     * @param name its client ID
     */
    static ReplyProducer beside(Map<String, Object> threadsProducer, String name, ReplyMeters meters) {
        Producer<byte[], byte[]> plain = new KafkaProducer<>(
                config(threadsProducer, name), new ByteArraySerializer(), new ByteArraySerializer());
        return new ReplyProducer(plain, meters);
    }

    ReplyProducer(Producer<byte[], byte[]> producer, ReplyMeters meters) {
        this.producer = producer;
        this.meters = meters;
        findPartitions();
    }

    static Map<String, Object> config(Map<String, Object> threadsProducer, String name) {
        Map<String, Object> config = new HashMap<>(threadsProducer);
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        config.remove(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, name);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        config.put(ProducerConfig.ACKS_CONFIG, "1");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, KNOWN_FOR_MILLIS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis(config));
        return config;
    }

    /** Kafka demands that it is no shorter than the time for one request, which an operator may set. */
    private static int deliveryMillis(Map<String, Object> config) {
        Object request = config.getOrDefault(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        return Math.max(DELIVERY_MILLIS, Integer.parseInt(request.toString()));
    }

    /** Waits until the producer knows where the partitions are, or no broker tells: sends do not wait for that. */
    private void findPartitions() {
        long deadlineNanos = System.nanoTime() + FOUND_WITHIN.toNanos();
        while (!knowsPartitions() && System.nanoTime() < deadlineNanos) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private boolean knowsPartitions() {
        try {
            producer.partitionsFor(TopicCatalogue.REPLIES);
            return true;
        } catch (KafkaException e) {
            LOG.debug("the partitions of {} are not known yet", TopicCatalogue.REPLIES, e);
            return false;
        }
    }

    /** Sends a reply without waiting for anything. */
    void send(ProducerRecord<byte[], byte[]> reply) {
        meters.handedOver();
        try {
            producer.send(reply, (metadata, failure) -> {
                if (failure == null) {
                    meters.sent();
                } else {
                    meters.lost(failure);
                }
            });
        } catch (RuntimeException e) {
            // Of these the producer tells no callback. The transaction must not suffer: a reply is only a copy.
            meters.lost(e);
        }
    }

    /** Gives what waits a moment to be sent. */
    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
