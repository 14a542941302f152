package io.sluice.streams.clients;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream thread's producer, which can be told to linger no longer.
 *
 * <p>Kafka's producer has one way to send at once what it holds, and that waits for the broker's answer. So a thread of
 * its own does it, and the stream thread only wakes that.
 */
final class LingeringProducer extends KafkaProducer<byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(LingeringProducer.class);

    private final Consumer<LingeringProducer> whenClosed;
    private final Thread flusher;
    private volatile boolean unsent;
    private volatile boolean asked;
    private volatile boolean closed;

    LingeringProducer(Map<String, Object> config, Consumer<LingeringProducer> whenClosed) {
        super(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.whenClosed = whenClosed;
        this.flusher = new Thread(this::flushWhenAsked, "sluice-send-out");
        flusher.setDaemon(true);
        flusher.start();
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        Future<RecordMetadata> sent = super.send(record, callback);
        unsent = true;
        return sent;
    }

    /** Has everything sent that was given to {@link #send} by the same thread; returns at once. */
    void sendOut() {
        if (unsent) {
            unsent = false;
            asked = true;
            LockSupport.unpark(flusher);
        }
    }

    private void flushWhenAsked() {
        while (!closed) {
            if (!asked) {
                LockSupport.park(this);
                continue;
            }
            asked = false;
            try {
                flush();
            } catch (KafkaException e) {
                // What could not be sent fails the stream thread's own calls, and is dealt with there.
                LOG.debug("sending out failed", e);
            }
        }
    }

    @Override
    public void close(Duration timeout) {
        closed = true;
        LockSupport.unpark(flusher);
        whenClosed.accept(this);
        super.close(timeout);
    }
}
