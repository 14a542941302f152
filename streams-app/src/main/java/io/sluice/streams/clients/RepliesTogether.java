package io.sluice.streams.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Replies of a busy stream thread that are handed over together; not thread-safe.
 *
 * <p>They are handed over once there are enough, or the first has waited for too long: one request may take as long as
 * hundreds of others, such as a large batch.
 */
final class RepliesTogether {
    /** A busy thread decides as many in two or three milliseconds. */
    static final int REPLIES_MAX = 64;

    static final long WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(3);

    private final Consumer<ProducerRecord<byte[], byte[]>> to;
    private final LongSupplier nanoClock;
    private final List<ProducerRecord<byte[], byte[]>> replies = new ArrayList<>(REPLIES_MAX);
    private long firstNanos;

    RepliesTogether(Consumer<ProducerRecord<byte[], byte[]>> to, LongSupplier nanoClock) {
        this.to = to;
        this.nanoClock = nanoClock;
    }

    void add(ProducerRecord<byte[], byte[]> reply) {
        long nowNanos = nanoClock.getAsLong();
        if (replies.isEmpty()) {
            firstNanos = nowNanos;
        }
        replies.add(reply);
        if (replies.size() == REPLIES_MAX || nowNanos - firstNanos >= WAIT_NANOS_MAX) {
            passOn();
        }
    }

    void passOn() {
        if (!replies.isEmpty()) {
            replies.forEach(to);
            replies.clear();
        }
    }
}
