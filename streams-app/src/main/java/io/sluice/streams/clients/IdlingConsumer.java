package io.sluice.streams.clients;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A stream thread's consumer, which tells when the thread is about to wait for requests. */
final class IdlingConsumer extends KafkaConsumer<byte[], byte[]> {
    private final Runnable idle;

    /** The runnable is called by the stream thread, and must not block. */
    IdlingConsumer(Map<String, Object> config, Runnable idle) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.idle = idle;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (timeout.isZero()) {
            return super.poll(timeout);
        }
        ConsumerRecords<byte[], byte[]> ready = super.poll(Duration.ZERO);
        // Positions may advance without a record, past the marker of a transaction: Streams has to hear of it.
        if (!ready.isEmpty() || !ready.nextOffsets().isEmpty()) {
            return ready;
        }
        idle.run();
        return super.poll(timeout);
    }
}
