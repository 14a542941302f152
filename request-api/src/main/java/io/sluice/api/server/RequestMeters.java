package io.sluice.api.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Meters of requests: how many wait for their answers, and how long answers took, by endpoint and status. */
public final class RequestMeters {
    /**
     * Ends of the histogram's buckets. Each one is a line in every scrape, for each endpoint and status, so there are
     * few.
     */
    private static final Duration[] BUCKETS =
            micros(250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000);

    private static final Duration[] STAGE_BUCKETS =
            micros(10, 50, 250, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000);

    /** One more than the greatest status of HTTP. */
    private static final int STATUSES = 600;

    /** A part of the way of a request. */
    enum Stage {
        /** From the head until the caller is authorized; includes verifying a new token. */
        AUTH,
        /** Until the whole body is here. */
        BODY,
        /** Until the answer is known: out of a lease, through Kafka, or by a failure policy. */
        ANSWER,
        /** The same of a throttled request, which may wait on purpose. */
        THROTTLED,
        /** Until the answer is encoded and given to the connection. */
        ENCODE
    }

    private final MeterRegistry registry;
    private final Timer[] stages = new Timer[Stage.values().length];
    private final AtomicInteger inFlight = new AtomicInteger();
    // Looking up a timer in the registry costs more than an answer out of a lease.
    private final Map<String, AtomicReferenceArray<@Nullable Timer>> timers = new ConcurrentHashMap<>();

    private static Duration[] micros(long... ends) {
        return LongStream.of(ends)
                .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
                .toArray(Duration[]::new);
    }

    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Stage stage : Stage.values()) {
            stages[stage.ordinal()] = Timer.builder("sluice.http.stage")
                    .description("Time of a measured request in one stage")
                    .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                    .serviceLevelObjectives(STAGE_BUCKETS)
                    .register(registry);
        }
        Gauge.builder("sluice.http.in.flight", inFlight, AtomicInteger::get)
                .description("Requests that wait for their answers")
                .register(registry);
    }

    /** Counts one that waits; to be followed by {@link #waitsNoMore}. */
    public void waits() {
        inFlight.incrementAndGet();
    }

    public void waitsNoMore() {
        inFlight.decrementAndGet();
    }

    /** Records a stage of one request. */
    void passed(Stage stage, long nanos) {
        stages[stage.ordinal()].record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Records one that is answered, from {@link System#nanoTime} at its start until now.
     *
     * @param throttled whether it may have waited on purpose
     */
    public void measure(String endpoint, int status, boolean throttled, long startedNanos) {
        timer(endpoint, status, throttled).record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String endpoint, int status, boolean throttled) {
        AtomicReferenceArray<@Nullable Timer> known =
                timers.computeIfAbsent(endpoint, name -> new AtomicReferenceArray<>(2 * STATUSES));
        int place = throttled ? STATUSES + status : status;
        Timer timer = known.get(place);
        if (timer == null) {
            timer = registered(endpoint, status, throttled);
            known.set(place, timer);
        }
        return timer;
    }

    private Timer registered(String endpoint, int status, boolean throttled) {
        return Timer.builder("sluice.http.requests")
                .description("From reading a request to its answer")
                .tag("endpoint", endpoint)
                .tag("status", Integer.toString(status))
                .tag("throttled", Boolean.toString(throttled))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
