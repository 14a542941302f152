package io.sluice.streams.clients;

import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.streams.topology.MessageNumber;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the messages between request partitions of one stream thread, beside its transactions.
 *
 * <pre>
 *   send ---&gt; waiting, for each partition ---(WINDOW_BYTES on their way)---&gt; Kafka's producer ---&gt; written
 * </pre>
 *
 * <p><b>Why it may.</b> A message is a function of its sender's log. If the transaction is aborted, whoever decides the
 * record again sends an equal message, and the receiver passes over the second one. In a transaction it must not be:
 * the request topic is read committed, so an open transaction would hold back every request behind it.
 *
 * <p><b>None is skipped.</b> The receiver takes only what is above the last message of a sender. So a message that was
 * not written must not be followed by one that is. Retries never end, and one request at a time is under way to each
 * broker. A message that its topic may find too large is alone on its way, and is sent again until the topic takes it.
 * After any other failure nothing is sent any more: the producer closes itself, and the next commit fails.
 *
 * <p><b>Ends go along.</b> For the ends of vouchers nobody waits, and a record that travels alone costs everybody on
 * its way a multiple. So they wait up to {@link Bounds#endsLinger} for a request to the same partition.
 *
 * <p><b>Nobody waits for one partition.</b> A commit does not wait until messages are written: what is not is in the
 * state, and is sent again by whoever has that next. So a partition that cannot be written holds up those that wait for
 * it, and no other, until {@link Bounds#waitingBytesMax} wait for it; then commits wait.
 */
final class MessageProducer implements AutoCloseable {
    /** What Kafka's producer has at a time for one partition, so that one cannot take the buffer of all. */
    private static final long WINDOW_BYTES = 512 << 10;
    /** No topic is made to take less. */
    private static final int ALONE_BYTES = 16 << 10;

    private static final long BUFFER_BYTES = 64L << 20;
    private static final long LOOK_AGAIN_MILLIS = 100;
    /** What an app that closes still waits for its messages. */
    private static final Duration CLOSE_WITHIN = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(MessageProducer.class);

    private final Producer<byte[], byte[]> producer;
    private final MessageProgress progress;
    private final Bounds bounds;
    /** By the partition that they go to. Guarded by this. */
    private final Map<Integer, Road> roads = new TreeMap<>();

    private long waitingBytes;
    private volatile @Nullable Exception failure;
    private volatile boolean givingUp;

    /**
     * The bounds of a stream thread.
     *
     * @param waitingBytesMax what waits before commits wait, too, here or in the state behind what was there at the
     *     start
     * @param tooLargeAgainAfter the pause after a message that its topic found too large
     * @param endsLinger how long the ends of vouchers wait for a request that goes the same way
     */
    record Bounds(long waitingBytesMax, Duration tooLargeAgainAfter, Duration endsLinger) {
        static final Bounds STANDARD = new Bounds(64L << 20, Duration.ofSeconds(5), Duration.ofMillis(20));
    }

    /** A message. */
    private record Message(ProducerRecord<byte[], byte[]> record, MessageNumber number, long sinceNanos) {
        int to() {
            return record.partition();
        }

        long bytes() {
            byte[] value = record.value();
            return value == null ? 0 : value.length;
        }

        boolean isLarge() {
            return bytes() > ALONE_BYTES;
        }

        boolean hasCaller() {
            return PartitionMessage.isRequest(number.sequence());
        }

        boolean isOlderThan(Duration age) {
            return System.nanoTime() - sinceNanos >= age.toNanos();
        }
    }

    /** The messages to one partition, in their order. */
    private static final class Road {
        final ArrayDeque<Message> waiting = new ArrayDeque<>();
        final ArrayDeque<Message> underWay = new ArrayDeque<>();
        long underWayBytes;
        /** Requests among those that wait. */
        int callers;
        /** How many are not written, by the partition that sends them. */
        final Map<Integer, Integer> unwritten = new HashMap<>();

        long pausedUntilNanos = System.nanoTime();

        void add(Message message) {
            unwritten.merge(message.number().from(), 1, Integer::sum);
            waiting.add(message);
            callers += message.hasCaller() ? 1 : 0;
        }

        void addAgain(Message message) {
            waiting.addFirst(message);
            callers += message.hasCaller() ? 1 : 0;
        }

        Message take() {
            Message message = waiting.remove();
            callers -= message.hasCaller() ? 1 : 0;
            return message;
        }

        boolean mayGo(Duration endsLinger) {
            Message next = waiting.peek();
            if (next == null || pausedUntilNanos - System.nanoTime() > 0) {
                return false;
            }
            if (callers == 0 && !next.isOlderThan(endsLinger)) {
                return false;
            }
            Message last = underWay.peekLast();
            boolean alone = next.isLarge() || (last != null && last.isLarge());
            return last == null || (!alone && underWayBytes < WINDOW_BYTES);
        }

        void written(Message message) {
            unwritten.computeIfPresent(message.number().from(), (from, count) -> count == 1 ? null : count - 1);
        }

        @Nullable Message oldest() {
            Message first = underWay.peek();
            return first == null ? waiting.peek() : first;
        }
    }

    /**
     * A producer to the brokers of a stream thread.
     *
     * @param threadsProducer the configuration that Kafka Streams has for the thread's own producer
     * @param name its client ID
     */
    static MessageProducer beside(Map<String, Object> threadsProducer, String name, MessageProgress progress) {
        return new MessageProducer(
                new KafkaProducer<>(
                        config(threadsProducer, name), new ByteArraySerializer(), new ByteArraySerializer()),
                progress,
                Bounds.STANDARD);
    }

    MessageProducer(Producer<byte[], byte[]> producer, MessageProgress progress, Bounds bounds) {
        this.bounds = bounds;
        this.producer = producer;
        this.progress = progress;
    }

    static Map<String, Object> config(Map<String, Object> threadsProducer, String name) {
        Map<String, Object> config = LingeringProducer.outsideTransactions(threadsProducer, name);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        // Small batches would pay for blocks of 64 KB, here and at the broker.
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return config;
    }

    /**
     * Sends a message. Streams' own callback is not called: it would be in a second thread beside that of the
     * transaction's producer, and Streams expects one. A failure comes out of the next call.
     */
    void send(ProducerRecord<byte[], byte[]> record) {
        throwFailure();
        MessageNumber number = MessageNumber.takenFrom(record.headers());
        if (number == null || record.partition() == null) {
            throw new IllegalArgumentException("message: without number or partition (expected: one of a processor)");
        }
        Message message = new Message(record, number, System.nanoTime());
        synchronized (this) {
            roads.computeIfAbsent(message.to(), to -> new Road()).add(message);
            waitingBytes += message.bytes();
        }
        passOn(message.to());
    }

    /** Sends on what may go now; the stream thread calls it at each poll. */
    void passOn() {
        throwFailure();
        for (int to : destinations()) {
            passOn(to);
        }
    }

    private synchronized int[] destinations() {
        return waitingBytes == 0
                ? new int[0]
                : roads.keySet().stream().mapToInt(to -> to).toArray();
    }

    private void passOn(int to) {
        // Without the lock: a send may wait for room, which comes with callbacks, and those want the lock.
        for (Message message = next(to); message != null && failure == null; message = next(to)) {
            Message sent = message;
            try {
                producer.send(message.record(), (metadata, failed) -> completed(sent, failed));
            } catch (RuntimeException e) {
                // Of these the producer tells no callback.
                completed(message, e);
                throw e;
            }
        }
    }

    private synchronized @Nullable Message next(int to) {
        Road road = roads.get(to);
        if (road == null || !road.mayGo(bounds.endsLinger())) {
            return null;
        }
        Message message = road.take();
        road.underWay.add(message);
        road.underWayBytes += message.bytes();
        waitingBytes -= message.bytes();
        return message;
    }

    private void completed(Message message, @Nullable Exception failed) {
        boolean isSentAgain = failed instanceof RecordTooLargeException && message.isLarge();
        boolean fatal = false;
        synchronized (this) {
            Road road = roads.computeIfAbsent(message.to(), to -> new Road());
            road.underWay.remove(message);
            road.underWayBytes -= message.bytes();
            if (failed == null) {
                road.written(message);
                progress.written(
                        message.number().from(), message.to(), message.number().sequence());
            } else if (isSentAgain) {
                road.addAgain(message);
                waitingBytes += message.bytes();
                road.pausedUntilNanos =
                        System.nanoTime() + bounds.tooLargeAgainAfter().toNanos();
            } else {
                fatal = failure == null;
                failure = fatal ? failed : failure;
            }
            notifyAll();
        }
        if (isSentAgain) {
            LOG.warn(
                    "a message of {} bytes from partition {} to {} is too large for its topic"
                            + " (expected: the max.message.bytes of `sluice topics create`); it is sent again",
                    message.bytes(),
                    message.number().from(),
                    message.to());
        }
        // Without the lock. In the stream thread, where a send can fail at once, closing waits for the thread that
        // writes, and callbacks there want the lock. In that one it waits for nobody, and nothing more is written.
        if (fatal) {
            producer.close(Duration.ZERO);
        }
    }

    /** Before a commit: waits only while more than {@link Bounds#waitingBytesMax} wait, and the app does not close. */
    void awaitRoom() {
        passOn();
        while (isFull() && !givingUp) {
            synchronized (this) {
                try {
                    wait(LOOK_AGAIN_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptException(e);
                }
            }
            passOn();
        }
        if (isFull()) {
            throw new TimeoutException("too many messages are not written, and the app closes");
        }
    }

    /**
     * What waits in the state counts, too, unless all before it is written: then its turn comes next. What waits behind
     * messages of other threads is theirs.
     */
    private synchronized boolean isFull() {
        long bytes = waitingBytes;
        for (Map.Entry<Integer, Road> road : roads.entrySet()) {
            for (int from : road.getValue().unwritten.keySet()) {
                bytes += progress.waitingBytes(from, road.getKey());
            }
        }
        return bytes > bounds.waitingBytesMax();
    }

    /** Messages that are not written. */
    synchronized long unwritten() {
        long unwritten = 0;
        for (Road road : roads.values()) {
            unwritten += road.waiting.size() + road.underWay.size();
        }
        return unwritten;
    }

    /** For how long the oldest of them has not been written; 0 without one. */
    synchronized long unwrittenMillis() {
        long nowNanos = System.nanoTime();
        long oldestNanos = 0;
        for (Road road : roads.values()) {
            Message oldest = road.oldest();
            if (oldest != null) {
                oldestNanos = Math.max(oldestNanos, nowNanos - oldest.sinceNanos());
            }
        }
        return oldestNanos / 1_000_000;
    }

    /** Lets {@link #awaitRoom} end without success, for an app that closes. */
    void giveUp() {
        givingUp = true;
    }

    private void throwFailure() {
        Exception failed = failure;
        if (failed != null) {
            throw new KafkaException("a message between request partitions was not written", failed);
        }
    }

    /** Writes what is under way, and leaves the rest: it is in the state, or is not committed. */
    @Override
    public void close() {
        Duration within = failure == null ? CLOSE_WITHIN : Duration.ZERO;
        synchronized (this) {
            if (failure == null) {
                failure = new KafkaException("closed");
            }
        }
        producer.close(within);
    }
}
