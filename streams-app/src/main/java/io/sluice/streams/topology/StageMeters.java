package io.sluice.streams.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The timers of the stages that a request passes inside the streams app. */
public final class StageMeters {
    private final Timer queue;
    private final Timer decide;

    public StageMeters(MeterRegistry registry) {
        queue = timer(registry, "queue", 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 5_000_000);
        decide = timer(registry, "decide", 10, 25, 50, 100, 250, 1_000, 10_000, 100_000);
    }

    private static Timer timer(MeterRegistry registry, String stage, long... bucketMicros) {
        return Timer.builder("sluice.stage")
                .description("Time of a record in one stage: queue (append to decision, by two clocks), decide")
                .tag("stage", stage)
                .serviceLevelObjectives(LongStream.of(bucketMicros)
                        .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
                        .toArray(Duration[]::new))
                .register(registry);
    }

    /** From the broker's timestamp until now; the two clocks may differ, so it can be below 0. */
    void queued(long millis) {
        queue.record(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    void decided(long nanos) {
        decide.record(nanos, TimeUnit.NANOSECONDS);
    }
}
