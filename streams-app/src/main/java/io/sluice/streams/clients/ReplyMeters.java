package io.sluice.streams.clients;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of replies, of all threads of an app: written, waiting, and given up, with the cause. */
public final class ReplyMeters {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyMeters.class);
    private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoClock;
    private final Counter sent;
    private final Map<Cause, Counter> lost = new EnumMap<>(Cause.class);
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong lostUnlogged = new AtomicLong();
    private final AtomicLong loggedAtNanos;

    /** Why a reply was given up. */
    private enum Cause {
        /** The brokers are slower than the replies come, for so long that the buffer is full. */
        BUFFER_FULL,
        /** No broker took it in time, or none says where its partition is. */
        NO_BROKER,
        /** Anything else, such as a missing permission. */
        REFUSED;

        static Cause of(Exception failure) {
            // Kafka's exception for a full buffer is a kind of timeout.
            if (failure instanceof BufferExhaustedException) {
                return BUFFER_FULL;
            }
            return failure instanceof TimeoutException ? NO_BROKER : REFUSED;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public ReplyMeters(MeterRegistry registry, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.loggedAtNanos = new AtomicLong(nanoClock.getAsLong() - LOG_INTERVAL_NANOS);
        this.sent = Counter.builder("sluice.replies.sent")
                .description("Replies that a broker has taken")
                .register(registry);
        for (Cause cause : Cause.values()) {
            lost.put(
                    cause,
                    Counter.builder("sluice.replies.lost")
                            .description("Replies that were given up; their callers wait until their deadline")
                            .tag("cause", cause.label())
                            .register(registry));
        }
        Gauge.builder("sluice.replies.waiting", waiting, AtomicLong::get)
                .description("Replies that no broker has taken yet")
                .register(registry);
    }

    /** Meters that nobody reads. */
    static ReplyMeters unread() {
        return new ReplyMeters(new SimpleMeterRegistry(), System::nanoTime);
    }

    void handedOver() {
        waiting.incrementAndGet();
    }

    void sent() {
        waiting.decrementAndGet();
        sent.increment();
    }

    void lost(Exception failure) {
        waiting.decrementAndGet();
        Cause cause = Cause.of(failure);
        counter(cause).increment();
        long unlogged = lostUnlogged.incrementAndGet();
        long nowNanos = nanoClock.getAsLong();
        long before = loggedAtNanos.get();
        if (nowNanos - before >= LOG_INTERVAL_NANOS && loggedAtNanos.compareAndSet(before, nowNanos)) {
            lostUnlogged.addAndGet(-unlogged);
            LOG.warn("{} replies were lost ({}), the last one: {}", unlogged, cause.label(), failure.toString());
        }
    }

    private Counter counter(Cause cause) {
        Counter counter = lost.get(cause);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + cause);
        }
        return counter;
    }
}
