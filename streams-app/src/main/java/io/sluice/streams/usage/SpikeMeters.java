package io.sluice.streams.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of all watches for spikes of one app. */
final class SpikeMeters {
    private final Map<Integer, Long> accounts = new ConcurrentHashMap<>();
    private final Counter alerted;
    private final Counter accountsUnwatched;
    private final Counter limitsUnwatched;
    private final Counter historiesUnreadable;

    SpikeMeters(MeterRegistry registry) {
        alerted = Counter.builder("sluice.spikes")
                .description("Alerts about accounts that make far more requests than usual")
                .register(registry);
        accountsUnwatched = unwatched(registry, "accounts");
        limitsUnwatched = unwatched(registry, "limits");
        historiesUnreadable = Counter.builder("sluice.spike.histories.unreadable")
                .description("Looks at histories of accounts that could not be read, and begin anew")
                .register(registry);
        Gauge.builder(
                        "sluice.spike.accounts",
                        () -> accounts.values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .description("Accounts that are watched for spikes")
                .register(registry);
    }

    private static Counter unwatched(MeterRegistry registry, String bound) {
        return Counter.builder("sluice.spike.unwatched")
                .description("Minutes of accounts, and buckets of limits, that were not watched: a bound was reached")
                .tag("bound", bound)
                .register(registry);
    }

    void alerted() {
        alerted.increment();
    }

    void accountUnwatched() {
        accountsUnwatched.increment();
    }

    void limitsUnwatched(int limits) {
        limitsUnwatched.increment(limits);
    }

    void historyUnreadable() {
        historiesUnreadable.increment();
    }

    /** What the gauge shows of a partition from now on. */
    void partition(int partition, long watched) {
        accounts.put(partition, watched);
    }

    /** Removes a partition that this instance has lost. */
    void released(int partition) {
        accounts.remove(partition);
    }
}
