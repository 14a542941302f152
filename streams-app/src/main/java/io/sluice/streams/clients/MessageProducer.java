package io.sluice.streams.clients;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages between request partitions of one stream thread, beside its transactions.
 *
 * <p><b>Why it may.</b> A message is a function of its sender's log. If the transaction is aborted, whoever decides the
 * record again sends an equal message, and the receiver passes over the second one. In a transaction it must not be:
 * the request topic is read committed, so an open transaction would hold back every request behind it.
 *
 * <p><b>None is skipped.</b> The receiver takes only what is above the last message of a sender. So a message that was
 * not written must not be followed by one that is. Retries never end, and one request at a time is under way to each
 * broker. After a failure nothing is sent any more: the producer closes itself, and the commit fails. A commit waits
 * until all messages are written. So whatever is committed has been sent; all else is sent again from the last commit.
 */
final class MessageProducer implements AutoCloseable {
    private static final long LOOK_AGAIN_MILLIS = 100;
    /** What an app that closes still waits for its messages. */
    private static final long GIVE_UP_AFTER_MILLIS = 2_000;

    private final Producer<byte[], byte[]> producer;
    private volatile @Nullable Exception failure;
    private volatile boolean givingUp;
    /** Messages that the producer has and the brokers have not confirmed. */
    private long unwritten;

    /**
     * A producer to the brokers of a stream thread.
     *
     * @param threadsProducer the configuration that Kafka Streams has for the thread's own producer
     * @param name its client ID
     */
    static MessageProducer beside(Map<String, Object> threadsProducer, String name) {
        return new MessageProducer(new KafkaProducer<>(
                config(threadsProducer, name), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    MessageProducer(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    static Map<String, Object> config(Map<String, Object> threadsProducer, String name) {
        Map<String, Object> config = new HashMap<>(threadsProducer);
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        config.remove(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, name);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        return config;
    }

    /**
     * Sends a message. Streams' own callback is not called: it would be in a second thread beside that of the
     * transaction's producer, and Streams expects one. A failure comes out of the next call.
     */
    void send(ProducerRecord<byte[], byte[]> message) {
        throwFailure();
        synchronized (this) {
            unwritten++;
        }
        try {
            producer.send(message, (metadata, failed) -> completed(failed));
        } catch (RuntimeException e) {
            // Of these the producer tells no callback.
            completed(e);
            throw e;
        }
    }

    private void completed(@Nullable Exception failed) {
        boolean first;
        synchronized (this) {
            unwritten--;
            first = failed != null && failure == null;
            if (first) {
                failure = failed;
            }
            notifyAll();
        }
        // Without the lock: in the stream thread, where a send can fail at once, closing waits for the thread that
        // writes, and that one's callbacks want the lock. In the thread that writes, closing waits for nobody, and
        // comes
        // before it can write the next.
        if (first) {
            producer.close(Duration.ZERO);
        }
    }

    /** Waits until all messages are written. An app that closes does not wait for a Kafka that does not answer. */
    void flush() {
        synchronized (this) {
            long patienceMillis = GIVE_UP_AFTER_MILLIS;
            while (unwritten > 0 && failure == null && patienceMillis > 0) {
                try {
                    wait(LOOK_AGAIN_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptException(e);
                }
                patienceMillis -= givingUp ? LOOK_AGAIN_MILLIS : 0;
            }
            if (unwritten > 0 && failure == null) {
                failure = new TimeoutException(unwritten + " messages are not written, and the app closes");
            }
        }
        throwFailure();
    }

    /** Lets {@link #flush} end without success, for an app that closes. */
    void giveUp() {
        givingUp = true;
    }

    private void throwFailure() {
        Exception failed = failure;
        if (failed != null) {
            throw new KafkaException("a message between request partitions was not written", failed);
        }
    }

    /** Leaves what is not written: it is not committed either. */
    @Override
    public void close() {
        synchronized (this) {
            if (failure == null) {
                failure = new KafkaException("closed");
            }
        }
        producer.close(Duration.ZERO);
    }
}
