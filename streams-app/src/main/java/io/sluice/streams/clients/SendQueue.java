package io.sluice.streams.clients;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Records between a busy stream thread and its producer, in the order of {@link #put}. The queue's own thread
 * partitions, compresses and copies them, which is a fifth of what a decision costs the stream thread.
 *
 * <pre>
 *   stream thread             put, put, put ... put, put ...         await (before a commit)
 *   bundles under way                       [256]        [256]       |
 *   the queue's thread                         send, send, send, send -+
 * </pre>
 *
 * <p>The stream thread waits when the queue is full, as it does when the producer is. If a record cannot be sent, only
 * its callback reports it. If that took the producer's patience (a timeout), the records behind it in the queue fail
 * with it: a broker that is gone would otherwise cost as long for each of them. Nothing is skipped silently: should a
 * bundle break off, {@link #await} throws until all is discarded.
 *
 * <p>One thread puts and discards; any thread may wait.
 */
final class SendQueue implements AutoCloseable {
    /** Records that are passed on together; each bundle wakes a thread. */
    static final int BUNDLE_RECORDS = 256;

    private static final CompletableFuture<Void> NONE = CompletableFuture.completedFuture(null);

    private final Sender sender;
    private final int bundlesMax;
    private final ExecutorService thread;
    private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
    private final AtomicInteger records = new AtomicInteger();
    private List<QueuedRecord> bundle = new ArrayList<>(BUNDLE_RECORDS);
    private volatile CompletableFuture<Void> last = NONE;
    private volatile boolean discarding;
    /** The failure of all records in the queue. */
    private volatile @Nullable TimeoutException timeout;

    /** An empty queue for so many records, a bundle at least. */
    SendQueue(Sender sender, int recordsMax) {
        this.sender = sender;
        this.bundlesMax = Math.max(1, recordsMax / BUNDLE_RECORDS);
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread started = new Thread(task, "sluice-send-queue");
            started.setDaemon(true);
            return started;
        });
    }

    /** The producer behind the queue. */
    @FunctionalInterface
    interface Sender {
        Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback);
    }

    private record QueuedRecord(
            ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {}

    /** Adds a record; waits if the queue is full. */
    void put(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        if (timeout != null && isEmpty()) {
            timeout = null;
        }
        bundle.add(new QueuedRecord(record, callback));
        if (bundle.size() == BUNDLE_RECORDS) {
            passOn();
        }
    }

    /** Passes on all records that were put here. */
    void passOn() {
        if (bundle.isEmpty()) {
            return;
        }
        if (underWay.size() == bundlesMax) {
            await(underWay.remove());
        }
        List<QueuedRecord> passed = bundle;
        bundle = new ArrayList<>(BUNDLE_RECORDS);
        records.addAndGet(passed.size());
        // After the bundle before, so that a failure of one holds back those after it.
        last = last.thenRunAsync(() -> send(passed), thread);
        underWay.add(last);
    }

    /** Whether all that was put here has been sent. */
    boolean isEmpty() {
        return bundle.isEmpty() && last.isDone();
    }

    /** Records that are passed on and not sent yet. */
    int records() {
        return records.get();
    }

    /**
     * Waits for the records on their way.
     *
     * @throws KafkaException if some will never be sent, and no callback reported it
     */
    void await() {
        await(last);
    }

    private static void await(CompletableFuture<Void> sent) {
        try {
            sent.join();
        } catch (CompletionException e) {
            throw new KafkaException("records were lost on their way to the producer", e.getCause());
        }
    }

    /** Drops what is not sent yet. */
    void discard() {
        bundle.clear();
        discarding = true;
        // However it ends, the result is not needed any more.
        last.handle((sent, failure) -> sent).join();
        discarding = false;
        last = NONE;
        underWay.clear();
        records.set(0);
    }

    private void send(List<QueuedRecord> queuedRecords) {
        for (QueuedRecord queuedRecord : queuedRecords) {
            if (!discarding) {
                send(queuedRecord);
            }
        }
        records.addAndGet(-queuedRecords.size());
    }

    private void send(QueuedRecord queuedRecord) {
        TimeoutException sharedTimeout = timeout;
        if (sharedTimeout != null) {
            fail(queuedRecord.record(), queuedRecord.callback(), sharedTimeout);
            return;
        }
        try {
            Future<RecordMetadata> sent = sender.send(queuedRecord.record(), queuedRecord.callback());
            if (sent.isDone()) {
                timeout = timeoutOf(sent);
            }
        } catch (KafkaException e) {
            // By this exception Streams recognises a producer that was fenced off.
            fail(
                    queuedRecord.record(),
                    queuedRecord.callback(),
                    e.getCause() instanceof ApiException cause ? cause : e);
        }
    }

    private static @Nullable TimeoutException timeoutOf(Future<RecordMetadata> sent) {
        try {
            sent.get(0, TimeUnit.NANOSECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof TimeoutException timedOut ? timedOut : null;
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("a future that is done was waited for", e);
        }
    }

    /** Reports by its callback that a record will not be sent. */
    static void fail(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback, Exception failure) {
        if (callback != null) {
            TopicPartition unknown = new TopicPartition(record.topic(), RecordMetadata.UNKNOWN_PARTITION);
            callback.onCompletion(
                    new RecordMetadata(
                            unknown, -1, -1, RecordBatch.NO_TIMESTAMP, /* keySize= */ -1, /* valueSize= */ -1),
                    failure);
        }
    }

    @Override
    public void close() {
        bundle.clear();
        discarding = true;
        thread.shutdown();
    }
}
