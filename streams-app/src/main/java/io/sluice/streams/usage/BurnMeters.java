package io.sluice.streams.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of all watches for burn rates of one app. */
final class BurnMeters {
    private final Map<Integer, Integer> accounts = new ConcurrentHashMap<>();
    private final Counter alerted;
    private final Counter unwatched;

    BurnMeters(MeterRegistry registry) {
        alerted = Counter.builder("sluice.burn.rate.alerts")
                .description("Alerts about accounts that use up a limit long before its period ends")
                .register(registry);
        unwatched = Counter.builder("sluice.burn.rate.unwatched")
                .description("Minutes in which a burning limit was not watched, because a bound was reached")
                .register(registry);
        Gauge.builder(
                        "sluice.burn.rate.accounts",
                        () -> accounts.values().stream()
                                .mapToInt(Integer::intValue)
                                .sum())
                .description("Accounts with limits that burn, or have burnt lately")
                .register(registry);
    }

    void alerted() {
        alerted.increment();
    }

    void unwatched() {
        unwatched.increment();
    }

    /** What the gauge shows of a partition from now on. */
    void partition(int partition, int watched) {
        accounts.put(partition, watched);
    }

    /** Removes a partition that this instance has lost. */
    void released(int partition) {
        accounts.remove(partition);
    }
}
