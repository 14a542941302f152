package io.sluice.streams.clients;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's clients for stream threads whose producers linger only as long as there is work.
 *
 * <p>A producer that does not linger sends what it has as soon as the broker has answered the last request. Under load
 * that is many small requests, and they cost broker and app more than the decisions in them. A producer that lingers
 * delays every verdict, also when there is nothing to wait for. So these linger, by {@code linger.ms} at most. Once
 * their thread has run out of requests, which is when a poll finds nothing, they send at once:
 *
 * <pre>
 *   thread     poll: 3 requests   decide, decide, decide   poll: none --+         poll ...
 *   producer                      .  .  .                               +-- sends all three
 * </pre>
 *
 * <p>So a single request is answered without delay, and a thread that falls behind fills its batches. Such a thread
 * also leaves the sending to another thread: see {@link LingeringProducer}.
 */
public final class LingeringClients implements KafkaClientSupplier {
    private static final String PRODUCER = "-producer";
    private static final String CONSUMER = "-consumer";

    /** By the name of the stream thread. */
    private final Map<String, LingeringProducer> producers = new ConcurrentHashMap<>();

    /** By the name of the stream thread. */
    private final Map<String, IdlingConsumer> consumers = new ConcurrentHashMap<>();

    private final int sendQueueRecordsMax;
    private final SendBounds bounds;
    private final TransactionMeters transactions;

    /** Clients whose producers each queue up to so many records of a busy thread before that thread waits. */
    public LingeringClients(int sendQueueRecordsMax) {
        this(sendQueueRecordsMax, SendBounds.ofCatalogue());
    }

    /** Clients that send no record beyond the bounds. */
    public LingeringClients(int sendQueueRecordsMax, SendBounds bounds) {
        this(sendQueueRecordsMax, bounds, TransactionMeters.unread());
    }

    /** The same, with meters of their transactions. */
    public LingeringClients(int sendQueueRecordsMax, SendBounds bounds, TransactionMeters transactions) {
        this.sendQueueRecordsMax = sendQueueRecordsMax;
        this.bounds = bounds;
        this.transactions = transactions;
    }

    /** Records that stream threads have handed over and their producers do not have yet. */
    public int waiting() {
        return producers.values().stream().mapToInt(LingeringProducer::waiting).sum();
    }

    /**
     * A stream thread as its consumer knows it.
     *
     * @param sincePoll the time since the thread's last poll
     * @param sinceHeartbeat the time since the last heartbeat to its group; null before the first one
     */
    public record Membership(Duration sincePoll, @Nullable Duration sinceHeartbeat) {}

    /** What is known of a stream thread; null if it has no consumer. */
    public @Nullable Membership membership(String thread) {
        IdlingConsumer consumer = consumers.get(thread);
        return consumer == null ? null : new Membership(consumer.sincePoll(), consumer.sinceHeartbeat());
    }

    /** Stops all stream threads from waiting for a Kafka that does not answer: the app closes. */
    public void giveUp() {
        producers.values().forEach(LingeringProducer::giveUp);
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        String thread = threadOf(config, PRODUCER);
        LingeringProducer producer = new LingeringProducer(
                config, sendQueueRecordsMax, bounds, transactions, closed -> producers.remove(thread, closed));
        producers.put(thread, producer);
        return producer;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        String thread = threadOf(config, CONSUMER);
        IdlingConsumer consumer = new IdlingConsumer(
                config, requests -> polled(thread, requests), closed -> consumers.remove(thread, closed));
        consumers.put(thread, consumer);
        return consumer;
    }

    private void polled(String thread, int requests) {
        LingeringProducer producer = producers.get(thread);
        if (producer != null) {
            producer.polled(requests);
        }
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Kafka Streams names clients after their thread. */
    private static String threadOf(Map<String, Object> config, String suffix) {
        String clientId = String.valueOf(config.get(CommonClientConfigs.CLIENT_ID_CONFIG));
        return clientId.endsWith(suffix) ? clientId.substring(0, clientId.length() - suffix.length()) : clientId;
    }
}
