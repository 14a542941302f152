package io.sluice.streams.clients;

import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream thread's producer, which leaves a busy thread to its decisions, and sends replies and messages between
 * request partitions outside its transactions.
 *
 * <p><b>Replies.</b> Callers wait for them, and nothing in them depends on the commit. So they leave through a
 * {@link ReplyProducer}. For all other records nobody waits before the commit: they linger, and travel in few
 * requests. A thread that has many requests in hand hands its replies over together ({@link RepliesTogether}): single
 * ones would cost the broker more than the decisions, and the last of those requests waits for all of them anyway.
 *
 * <p><b>Messages.</b> They leave through a {@link MessageProducer}, which is there from the first one on. A commit
 * does not wait for them: those that are not written are in the state.
 *
 * <p><b>Busy.</b> While the stream thread has many requests in hand, its records go through an {@link SendQueue}.
 * Before a transaction is committed, and whenever Streams flushes, all of them are handed to the producer first, so a
 * commit covers what it would without; what an aborted one had in the queue is dropped.
 *
 * <p><b>Patient.</b> While Kafka does not answer, the producer retries the end of a transaction until Kafka answers or
 * the app closes. Kafka Streams would take the first timeout as final. It would discard the task's state, go on with a
 * transaction that has not ended, and so lose the thread.
 */
final class LingeringProducer extends KafkaProducer<byte[], byte[]> {
    /** With this many requests in hand, a second thread pays off. */
    static final int BUSY_REQUESTS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(LingeringProducer.class);
    /** What most sends return: Streams waits for no record by itself, and uses the callback. */
    private static final Future<RecordMetadata> NOT_WAITED_FOR = CompletableFuture.failedFuture(
            new UnsupportedOperationException("a record is waited for by its future (expected: by its callback)"));

    /** Between two attempts to end a transaction; each waits for max.block.ms already. */
    private static final long PAUSE_AFTER_TIMEOUT_MILLIS = 100;

    private final Settings settings;
    private final @Nullable ReplyProducer replies;
    private final Supplier<MessageProducer> newMessages;
    private volatile @Nullable MessageProducer messages;
    private final Consumer<LingeringProducer> whenClosed;
    private final CountDownLatch givingUp = new CountDownLatch(1);
    private final SendQueue sendQueue;
    /** Of a busy stream thread, which alone uses it. */
    private final @Nullable RepliesTogether repliesTogether;

    private @Nullable Thread streamThread;
    private boolean busy;

    /** What the producers of an app have in common. */
    record Settings(
            int sendQueueRecordsMax, SendBounds bounds, TransactionMeters transactions, MessageProgress messages) {}

    /**
     * A producer for this configuration.
     *
     * @param replies sends the replies, and is closed with this producer; null if they are part of the transaction
     */
    LingeringProducer(
            Map<String, Object> config,
            Settings settings,
            @Nullable ReplyProducer replies,
            Consumer<LingeringProducer> whenClosed) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.sendQueue = new SendQueue(super::send, settings.sendQueueRecordsMax());
        this.settings = settings;
        this.replies = replies;
        this.repliesTogether = replies == null ? null : new RepliesTogether(replies::send, System::nanoTime);
        this.newMessages = () -> MessageProducer.beside(
                config, config.get(ProducerConfig.CLIENT_ID_CONFIG) + "-messages", settings.messages());
        this.whenClosed = whenClosed;
    }

    /** For what leaves at once, in its order, and is part of no transaction. */
    static Map<String, Object> outsideTransactions(Map<String, Object> threadsProducer, String name) {
        Map<String, Object> config = new HashMap<>(threadsProducer);
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        config.remove(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, name);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        return config;
    }

    /** Sets how many requests the thread got. */
    void polled(int requests) {
        streamThread = Thread.currentThread();
        busy = requests >= BUSY_REQUESTS;
        passOnReplies();
        sendQueue.passOn();
        ifMessages(MessageProducer::passOn);
    }

    /** Messages between partitions that are not written. */
    long unwrittenMessages() {
        MessageProducer open = messages;
        return open == null ? 0 : open.unwritten();
    }

    /** For how long the oldest of them has not been written. */
    long unwrittenMillis() {
        MessageProducer open = messages;
        return open == null ? 0 : open.unwrittenMillis();
    }

    /** Records in the send queue. */
    int waiting() {
        return sendQueue.records();
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        // Before the bounds: a message that its topic does not take cannot be left out.
        if (replies != null && record.topic().equals(TopicCatalogue.REQUESTS)) {
            messages().send(record);
            return NOT_WAITED_FOR;
        }
        if (settings.bounds().refuses(record)) {
            return refused(record, callback);
        }
        if (replies != null && repliesTogether != null && record.topic().equals(TopicCatalogue.REPLIES)) {
            if (Thread.currentThread() == streamThread && busy) {
                repliesTogether.add(record);
            } else {
                replies.send(record);
            }
            return NOT_WAITED_FOR;
        }
        // Streams may also send from a callback, a dead letter of its own for instance, and so on any thread.
        if (Thread.currentThread() == streamThread && (busy || !sendQueue.isEmpty())) {
            sendQueue.put(record, callback);
            return NOT_WAITED_FOR;
        }
        return super.send(record, callback);
    }

    private void passOnReplies() {
        if (repliesTogether != null) {
            repliesTogether.passOn();
        }
    }

    /** Reports that a record is too large as Kafka's producer would, but leaves the transaction as it is. */
    private static Future<RecordMetadata> refused(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        RecordTooLargeException tooLarge = new RecordTooLargeException(
                SendBounds.bytes(record) + " bytes, which " + record.topic() + " does not take");
        SendQueue.fail(record, callback, tooLarge);
        return CompletableFuture.failedFuture(tooLarge);
    }

    private MessageProducer messages() {
        MessageProducer open = messages;
        if (open == null) {
            open = newMessages.get();
            messages = open;
        }
        return open;
    }

    private void ifMessages(Consumer<MessageProducer> call) {
        MessageProducer open = messages;
        if (open != null) {
            call.accept(open);
        }
    }

    @Override
    public void flush() {
        empty();
        super.flush();
        ifMessages(MessageProducer::awaitRoom);
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        untilAnswered(() -> super.sendOffsetsToTransaction(offsets, groupMetadata));
    }

    @Override
    public void commitTransaction() {
        long startedNanos = System.nanoTime();
        empty();
        untilAnswered(super::commitTransaction);
        settings.transactions().committed(startedNanos);
    }

    @Override
    public void abortTransaction() {
        long startedNanos = System.nanoTime();
        // They are those of the log, whatever becomes of the transaction.
        passOnReplies();
        sendQueue.discard();
        untilAnswered(super::abortTransaction);
        settings.transactions().aborted(startedNanos);
    }

    /** Lets timeouts end the calls that wait for Kafka, for an app that closes. */
    void giveUp() {
        givingUp.countDown();
        ifMessages(MessageProducer::giveUp);
    }

    private void untilAnswered(Runnable call) {
        while (true) {
            try {
                call.run();
                return;
            } catch (TimeoutException e) {
                if (pausedToGiveUp()) {
                    throw e;
                }
                LOG.debug("no answer in time; asking again", e);
            }
        }
    }

    private boolean pausedToGiveUp() {
        try {
            return givingUp.await(PAUSE_AFTER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void empty() {
        passOnReplies();
        sendQueue.passOn();
        sendQueue.await();
    }

    @Override
    public void close(Duration timeout) {
        giveUp();
        whenClosed.accept(this);
        try {
            passOnReplies();
            sendQueue.close();
            super.close(timeout);
        } finally {
            if (replies != null) {
                replies.close();
            }
            ifMessages(MessageProducer::close);
        }
    }
}
