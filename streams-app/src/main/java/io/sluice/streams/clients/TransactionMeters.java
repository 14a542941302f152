package io.sluice.streams.clients;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The meters of transactions that ended: how many, how, and how long their ends took. */
public final class TransactionMeters {
    private final Timer commits;
    private final Timer aborts;

    public TransactionMeters(MeterRegistry registry) {
        commits = timer(registry, "commit");
        aborts = timer(registry, "abort");
    }

    /** Meters that nobody reads. */
    static TransactionMeters unread() {
        return new TransactionMeters(new SimpleMeterRegistry());
    }

    private static Timer timer(MeterRegistry registry, String outcome) {
        return Timer.builder("sluice.transactions")
                .description("Ends of transactions: from asking for the end to Kafka's answer")
                .tag("outcome", outcome)
                .serviceLevelObjectives(LongStream.of(5, 10, 25, 50, 100, 250, 1_000, 5_000)
                        .mapToObj(Duration::ofMillis)
                        .toArray(Duration[]::new))
                .register(registry);
    }

    void committed(long startedNanos) {
        commits.record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
    }

    void aborted(long startedNanos) {
        aborts.record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
    }
}
