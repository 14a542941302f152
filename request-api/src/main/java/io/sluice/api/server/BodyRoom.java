package io.sluice.api.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bound on the memory of all request bodies of one process, and on the time in which one must arrive.
 *
 * <p>A body counts with the bytes that have arrived, from its first byte until its answer is sent. The announced
 * length does not count, because announcing costs a caller nothing.
 */
public final class BodyRoom {
    private final long bytesMax;
    private final long bodyMillisMax;
    private final AtomicLong bytes = new AtomicLong();
    private final Counter refused;
    private final Counter late;

    /**
     * Room for bodies.
     *
     * @param bytesMax all bodies together
     * @param bodyMillisMax from the head of a request to the last byte of its body
     */
    public BodyRoom(long bytesMax, long bodyMillisMax, MeterRegistry registry) {
        this.bytesMax = bytesMax;
        this.bodyMillisMax = bodyMillisMax;
        Gauge.builder("sluice.http.body.bytes", bytes, AtomicLong::get)
                .description("Bytes of bodies whose requests are not answered yet")
                .register(registry);
        Gauge.builder("sluice.http.body.bytes.max", () -> bytesMax)
                .description("Bound of the bytes of bodies whose requests are not answered yet")
                .register(registry);
        this.refused = refused(registry, "no-room");
        this.late = refused(registry, "late");
    }

    private static Counter refused(MeterRegistry registry, String cause) {
        return Counter.builder("sluice.http.bodies.refused")
                .description("Bodies that were not read to their end: no room for them, or not there in time")
                .tag("cause", cause)
                .register(registry);
    }

    long bodyMillisMax() {
        return bodyMillisMax;
    }

    /** Takes room; false, and counted, if there is none. */
    boolean take(int more) {
        if (bytes.addAndGet(more) <= bytesMax) {
            return true;
        }
        bytes.addAndGet(-more);
        refused.increment();
        return false;
    }

    void giveBack(int taken) {
        bytes.addAndGet(-taken);
    }

    /** Counts a body that was not there in time. */
    void countLate() {
        late.increment();
    }
}
