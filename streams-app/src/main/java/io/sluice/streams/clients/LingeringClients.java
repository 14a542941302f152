package io.sluice.streams.clients;

import io.sluice.streams.topology.WrittenMessages;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka clients of stream threads: replies, for which callers wait, are sent at once; all other records linger
 * until the commit.
 *
 * <pre>
 *   thread      poll: 3 requests   decide   decide   decide      ...      commit
 *   replies                             .        .        .                         each at once
 *   the rest                            ------------------ linger.ms --▶  .         few requests to the brokers
 * </pre>
 *
 * <p>A producer that does not linger sends what it has as soon as the broker has answered the last request. Under load
 * that is many small requests, and they cost broker and app more than the decisions in them. Nobody sees a decision
 * before its commit, so it may linger. A thread that falls behind also leaves the sending to another thread: see
 * {@link LingeringProducer}.
 */
public final class LingeringClients implements KafkaClientSupplier {
    private static final String PRODUCER = "-producer";
    private static final String CONSUMER = "-consumer";
    private static final String REPLIES = "-replies";

    /** By the name of the stream thread. */
    private final Map<String, LingeringProducer> producers = new ConcurrentHashMap<>();

    /** By the name of the stream thread. */
    private final Map<String, IdlingConsumer> consumers = new ConcurrentHashMap<>();

    private final LingeringProducer.Settings settings;
    private final @Nullable ReplyMeters replies;

    /**
     * Clients whose replies are part of their transactions, and that send no record beyond the bounds.
     *
     * @param sendQueueRecordsMax records of a busy thread that its producer queues before that thread waits
     */
    public LingeringClients(int sendQueueRecordsMax, SendBounds bounds) {
        this(
                new LingeringProducer.Settings(
                        sendQueueRecordsMax, bounds, TransactionMeters.unread(), new MessageProgress()),
                null);
    }

    /** The same, but replies leave outside the transactions: for an app whose replies its input alone determines. */
    public LingeringClients(
            int sendQueueRecordsMax, SendBounds bounds, TransactionMeters transactions, ReplyMeters replies) {
        this(new LingeringProducer.Settings(sendQueueRecordsMax, bounds, transactions, new MessageProgress()), replies);
    }

    private LingeringClients(LingeringProducer.Settings settings, @Nullable ReplyMeters replies) {
        this.settings = settings;
        this.replies = replies;
    }

    /** Records that stream threads have handed over and their producers do not have yet. */
    public int waiting() {
        return producers.values().stream().mapToInt(LingeringProducer::waiting).sum();
    }

    /** Which messages between request partitions are written. */
    public WrittenMessages written() {
        return settings.messages();
    }

    /** Messages between request partitions that are not written. */
    public long unwrittenMessages() {
        return settings.messages().waitingMessages()
                + producers.values().stream()
                        .mapToLong(LingeringProducer::unwrittenMessages)
                        .sum();
    }

    /** For how long the oldest of them has not been written, in milliseconds. */
    public long unwrittenMillis() {
        return producers.values().stream()
                .mapToLong(LingeringProducer::unwrittenMillis)
                .max()
                .orElse(0);
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

    /**
     * The offset behind the last record of a partition that the calling stream thread may read, as of its last poll; 0
     * if it is not known.
     */
    public long logEnd(TopicPartition partition) {
        IdlingConsumer consumer = consumers.get(Thread.currentThread().getName());
        return consumer == null ? 0 : consumer.logEnd(partition);
    }

    /**
     * Sets the record that the calling stream thread reads next of a partition.
     *
     * @throws IllegalStateException if another thread calls
     */
    public void seek(TopicPartition partition, long offset) {
        String thread = Thread.currentThread().getName();
        IdlingConsumer consumer = consumers.get(thread);
        if (consumer == null) {
            throw new IllegalStateException("thread " + thread + " has no consumer (expected: a stream thread)");
        }
        consumer.seekAtNextPoll(partition, offset);
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
        ReplyProducer outside = replies == null ? null : ReplyProducer.beside(config, thread + REPLIES, replies);
        try {
            LingeringProducer producer =
                    new LingeringProducer(config, settings, outside, closed -> producers.remove(thread, closed));
            producers.put(thread, producer);
            return producer;
        } catch (RuntimeException e) {
            if (outside != null) {
                outside.close();
            }
            throw e;
        }
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
