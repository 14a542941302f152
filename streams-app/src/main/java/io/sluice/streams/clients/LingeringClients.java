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
 * <p>A producer that does not linger sends what it has as soon as the broker has answered the last request: under load
 * that is many small requests, and they cost broker and app more than the decisions that are in them. One that lingers
 * makes every verdict wait, also when there is nothing to wait for. So these linger, by {@code linger.ms} at most, and
 * are sent out at once when their thread has run out of requests, which is when it polls and nothing is there:
 *
 * <pre>
 *   thread     poll: 3 requests   decide, decide, decide   poll: none --+         poll ...
 *   producer                      .  .  .                               +-- sends all three
 * </pre>
 *
 * <p>One request alone is so answered without delay, and a thread that falls behind fills its batches. It also leaves
 * the work of sending to another thread then: see {@link LingeringProducer}.
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

    /** Clients of which each producer takes so many records from a busy thread before that waits. */
    public LingeringClients(int sendQueueRecordsMax) {
        this(sendQueueRecordsMax, SendBounds.ofCatalogue());
    }

    /** Clients that send nothing beyond bounds. */
    public LingeringClients(int sendQueueRecordsMax, SendBounds bounds) {
        this.sendQueueRecordsMax = sendQueueRecordsMax;
        this.bounds = bounds;
    }

    /** Records that stream threads have handed over, and that are not with their producers yet. */
    public int waiting() {
        return producers.values().stream().mapToInt(LingeringProducer::waiting).sum();
    }

    /**
     * A stream thread as its consumer knows it.
     *
     * @param sincePoll for how long the thread has not asked for requests
     * @param sinceHeartbeat for how long its group has not heard of it; null before the first time
     */
    public record Membership(Duration sincePoll, @Nullable Duration sinceHeartbeat) {}

    /** What is known of a stream thread; null if it has no consumer. */
    public @Nullable Membership membership(String thread) {
        IdlingConsumer consumer = consumers.get(thread);
        return consumer == null ? null : new Membership(consumer.sincePoll(), consumer.sinceHeartbeat());
    }

    /** Has no call of a stream thread wait for a Kafka that does not answer: the app closes. */
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
        LingeringProducer producer =
                new LingeringProducer(config, sendQueueRecordsMax, bounds, closed -> producers.remove(thread, closed));
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
