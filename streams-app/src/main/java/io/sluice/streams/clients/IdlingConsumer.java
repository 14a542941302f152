package io.sluice.streams.clients;

import java.time.Duration;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** A stream thread's consumer, which tells how many requests the thread has got, and when it is about to wait for one. */
final class IdlingConsumer extends KafkaConsumer<byte[], byte[]> {
    private final IntConsumer polled;

    /** The callback gets the number of requests, is called by the stream thread, and must not block. */
    IdlingConsumer(Map<String, Object> config, IntConsumer polled) {
        super(config, CutBytes.ofKeys(), CutBytes.ofValues());
        this.polled = polled;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        ConsumerRecords<byte[], byte[]> ready = super.poll(Duration.ZERO);
        // Positions may advance without a record, past the marker of a transaction: Streams has to hear of it.
        if (!ready.isEmpty() || !ready.nextOffsets().isEmpty() || timeout.isZero()) {
            polled.accept(ready.count());
            return ready;
        }
        polled.accept(0);
        ConsumerRecords<byte[], byte[]> awaited = super.poll(timeout);
        polled.accept(awaited.count());
        return awaited;
    }
}
