package io.sluice.streams.clients;

import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
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
 * <p><b>Never in the way.</b> {@link #send} does not wait. While the producer does not know where a partition is, as
 * after an outage of all brokers, replies are held and sent again by a thread of its own, in their order. A reply for
 * which there is no room, or no broker in time, is counted and dropped. Replies that wait, held or not, have a
 * {@link ReplyRoom} as large as the producer's buffer: a partition without a broker takes no room from the others.
 */
final class ReplyProducer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyProducer.class);
    /** The default of Kafka's producer. */
    private static final long BUFFER_BYTES = 32L * 1_024 * 1_024;
    /** No caller waits for longer. */
    private static final int DELIVERY_MILLIS = 30_000;
    /** Replies that are held. */
    static final int HELD_MAX = 10_000;

    private static final long SEND_AGAIN_AFTER_MILLIS = 20;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private final Producer<byte[], byte[]> producer;
    private final ReplyMeters meters;
    private final ReplyRoom room;
    private final Deque<Fate> held = new ArrayDeque<>();
    private final ScheduledExecutorService again;
    private boolean closed;

    /**
     * A producer to the brokers of a stream thread.
     *
     * @param threadsProducer the configuration that Kafka Streams has for the thread's own producer
     * @param name its client ID
     */
    static ReplyProducer beside(Map<String, Object> threadsProducer, String name, ReplyMeters meters) {
        Producer<byte[], byte[]> plain = new KafkaProducer<>(
                config(threadsProducer, name), new ByteArraySerializer(), new ByteArraySerializer());
        return new ReplyProducer(plain, meters, bufferBytes(threadsProducer));
    }

    /**
     * Sends by this producer.
     *
     * @param bytesMax bytes of replies that wait
     */
    ReplyProducer(Producer<byte[], byte[]> producer, ReplyMeters meters, long bytesMax) {
        this.producer = producer;
        this.meters = meters;
        this.room = new ReplyRoom(bytesMax);
        this.again = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-replies");
            thread.setDaemon(true);
            return thread;
        });
        askForPartitions();
    }

    /** Has the producer ask where the partitions are, so that it knows by the time of the first reply. */
    private void askForPartitions() {
        try {
            producer.partitionsFor(TopicCatalogue.REPLIES);
        } catch (KafkaException e) {
            LOG.debug("asked for the partitions of {}", TopicCatalogue.REPLIES);
        }
    }

    static Map<String, Object> config(Map<String, Object> threadsProducer, String name) {
        Map<String, Object> config = LingeringProducer.outsideTransactions(threadsProducer, name);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        config.put(ProducerConfig.ACKS_CONFIG, "1");
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis(config));
        return config;
    }

    /** Kafka demands that it is no shorter than the time for one request, which an operator may set. */
    private static int deliveryMillis(Map<String, Object> config) {
        Object request = config.getOrDefault(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        return Math.max(DELIVERY_MILLIS, Integer.parseInt(request.toString()));
    }

    private static long bufferBytes(Map<String, Object> config) {
        return Long.parseLong(config.getOrDefault(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES)
                .toString());
    }

    /** Sends a reply without waiting for anything. */
    synchronized void send(ProducerRecord<byte[], byte[]> reply) {
        meters.handedOver();
        Fate fate = new Fate(reply);
        if (!room.take(fate.partition, fate.bytes)) {
            meters.lost(new BufferExhaustedException(room.waiting(fate.partition) + " bytes wait for reply partition "
                    + fate.partition + " (expected: no more than are free of producer.buffer.memory)"));
            return;
        }
        // Behind those that are held, or callers would see a revocation before the leases that it revokes.
        if (!held.isEmpty() || !fate.isTaken()) {
            hold(fate);
        }
    }

    /** What becomes of a reply. That its partition is not known, the producer says before its send returns. */
    private final class Fate implements Callback {
        private final ProducerRecord<byte[], byte[]> reply;
        private final int partition;
        private final long bytes;
        private final long sinceNanos = System.nanoTime();
        private volatile @Nullable Thread sender;
        private boolean isUnknown;

        Fate(ProducerRecord<byte[], byte[]> reply) {
            this.reply = reply;
            this.partition = Objects.requireNonNullElse(reply.partition(), RecordMetadata.UNKNOWN_PARTITION);
            this.bytes = SendBounds.bytes(reply);
        }

        /** Hands the reply to the producer; returns false if that does not know its partition. */
        boolean isTaken() {
            isUnknown = false;
            sender = Thread.currentThread();
            try {
                producer.send(reply, this);
            } catch (RuntimeException e) {
                // Of these the producer tells no callback. The transaction must not suffer: a reply is only a copy.
                onCompletion(null, e);
            } catch (Error e) {
                onCompletion(null, new KafkaException("a defect of Sluice, or too little memory: " + e, e));
            }
            sender = null;
            return !isUnknown;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
            if (failure == null) {
                room.leave(partition, bytes);
                meters.sent();
            } else if (Thread.currentThread() == sender && saysUnknown(failure)) {
                isUnknown = true;
            } else {
                lost(failure);
            }
        }

        private static boolean saysUnknown(Exception failure) {
            return failure instanceof TimeoutException && !(failure instanceof BufferExhaustedException);
        }

        void lost(Exception failure) {
            room.leave(partition, bytes);
            meters.lost(failure);
        }
    }

    private void hold(Fate fate) {
        if (closed || held.size() == HELD_MAX) {
            fate.lost(new BufferExhaustedException(held.size() + " replies wait for their partitions"));
            return;
        }
        held.add(fate);
        if (held.size() == 1) {
            sendAgainLater();
        }
    }

    private void sendAgainLater() {
        again.schedule(this::sendHeld, SEND_AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void sendHeld() {
        try {
            while (!closed && !held.isEmpty() && isDone(held.element())) {
                held.remove();
            }
        } finally {
            // Whatever went wrong: nobody else sends those that are left, and all that come after them are held.
            if (!closed && !held.isEmpty()) {
                sendAgainLater();
            }
        }
    }

    private static boolean isDone(Fate first) {
        if (System.nanoTime() - first.sinceNanos > TimeUnit.MILLISECONDS.toNanos(DELIVERY_MILLIS)) {
            first.lost(new TimeoutException("its partition was not known in time"));
            return true;
        }
        return first.isTaken();
    }

    /** Gives what waits a moment to be sent. */
    @Override
    public void close() {
        long deadlineNanos = System.nanoTime() + CLOSE_WITHIN.toNanos();
        while (isHoldingSome() && System.nanoTime() < deadlineNanos) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SEND_AGAIN_AFTER_MILLIS));
        }
        dropHeld();
        again.shutdownNow();
        producer.close(CLOSE_WITHIN);
    }

    private synchronized boolean isHoldingSome() {
        return !held.isEmpty();
    }

    private synchronized void dropHeld() {
        closed = true;
        held.forEach(fate -> fate.lost(new TimeoutException("its partition is not known, and the app closes")));
        held.clear();
    }
}
