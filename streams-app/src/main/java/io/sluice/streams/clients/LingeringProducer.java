package io.sluice.streams.clients;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream thread's producer, which lingers only as long as there is work, and leaves a busy thread to its decisions.
 *
 * <p><b>Idle.</b> Kafka's producer has one way to send at once what it holds, and that waits for the broker's answer.
 * So a separate thread does it, and the stream thread only wakes that thread.
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
    /** What a send of a busy thread returns: Streams waits for no record by itself, and uses the callback. */
    private static final Future<RecordMetadata> TOLD_BY_CALLBACK = CompletableFuture.failedFuture(
            new UnsupportedOperationException("a record of a busy thread is waited for (expected: its callback)"));

    /** Between two attempts to end a transaction; each waits for max.block.ms already. */
    private static final long PAUSE_AFTER_TIMEOUT_MILLIS = 100;

    private final SendBounds bounds;
    private final TransactionMeters transactions;
    private final Consumer<LingeringProducer> whenClosed;
    private final CountDownLatch givingUp = new CountDownLatch(1);
    private final SendQueue sendQueue;
    private final Thread flusher;
    private @Nullable Thread streamThread;
    private boolean busy;
    private volatile boolean unsent;
    private volatile boolean asked;
    private volatile boolean closed;

    LingeringProducer(
            Map<String, Object> config,
            int sendQueueRecordsMax,
            SendBounds bounds,
            TransactionMeters transactions,
            Consumer<LingeringProducer> whenClosed) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.sendQueue = new SendQueue(super::send, sendQueueRecordsMax);
        this.bounds = bounds;
        this.transactions = transactions;
        this.whenClosed = whenClosed;
        this.flusher = new Thread(this::flushWhenAsked, "sluice-send-out");
        flusher.setDaemon(true);
        flusher.start();
    }

    /**
     * Sets how many requests the thread got. With none, all records given to {@link #send} are sent at once.
     */
    void polled(int requests) {
        streamThread = Thread.currentThread();
        busy = requests >= BUSY_REQUESTS;
        sendQueue.passOn();
        if (requests == 0 && unsent) {
            unsent = false;
            asked = true;
            LockSupport.unpark(flusher);
        }
    }

    /** Records in the send queue. */
    int waiting() {
        return sendQueue.records();
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        if (bounds.refuses(record)) {
            return refused(record, callback);
        }
        // Streams may also send from a callback, a dead letter of its own for instance, and so on any thread.
        if (Thread.currentThread() == streamThread && (busy || !sendQueue.isEmpty())) {
            sendQueue.put(record, callback);
            unsent = true;
            return TOLD_BY_CALLBACK;
        }
        Future<RecordMetadata> sent = super.send(record, callback);
        unsent = true;
        return sent;
    }

    /** Reports that a record is too large as Kafka's producer would, but leaves the transaction as it is. */
    private static Future<RecordMetadata> refused(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        RecordTooLargeException tooLarge = new RecordTooLargeException(
                SendBounds.bytes(record) + " bytes, which " + record.topic() + " does not take");
        SendQueue.fail(record, callback, tooLarge);
        return CompletableFuture.failedFuture(tooLarge);
    }

    private void flushWhenAsked() {
        while (!closed) {
            if (!asked) {
                LockSupport.park(this);
                continue;
            }
            asked = false;
            try {
                sendQueue.await();
                super.flush();
            } catch (KafkaException e) {
                // What could not be sent fails the stream thread's own calls, which handle it.
                LOG.debug("sending out failed", e);
            }
        }
    }

    @Override
    public void flush() {
        empty();
        super.flush();
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
        transactions.committed(startedNanos);
    }

    @Override
    public void abortTransaction() {
        long startedNanos = System.nanoTime();
        sendQueue.discard();
        untilAnswered(super::abortTransaction);
        transactions.aborted(startedNanos);
    }

    /** Lets timeouts end the calls that wait for Kafka, for an app that closes. */
    void giveUp() {
        givingUp.countDown();
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
        sendQueue.passOn();
        sendQueue.await();
    }

    @Override
    public void close(Duration timeout) {
        closed = true;
        giveUp();
        LockSupport.unpark(flusher);
        whenClosed.accept(this);
        sendQueue.close();
        super.close(timeout);
    }
}
