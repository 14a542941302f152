package io.sluice.streams.webhooks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The meters of one URL. */
final class WebhookMeters {
    private static final double MILLIS_PER_SECOND = 1_000;

    private final Counter delivered;
    private final Map<Attempt, Counter> failed = new EnumMap<>(Attempt.class);
    private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);
    private volatile long ageMillis;
    private volatile long lag;

    /** Why an alert was dropped. */
    enum Drop {
        AGE,
        REFUSED;

        String cause() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The meters of a URL.
     *
     * @param endpoint its number, by the order of the options; the host would be an unbounded label
     */
    WebhookMeters(MeterRegistry registry, int endpoint) {
        String number = Integer.toString(endpoint);
        delivered = Counter.builder("sluice.webhook.delivered")
                .description("Alerts that a receiver took")
                .tag("endpoint", number)
                .register(registry);
        for (Attempt attempt : Attempt.values()) {
            if (attempt != Attempt.DELIVERED) {
                failed.put(
                        attempt,
                        Counter.builder("sluice.webhook.failed")
                                .description("Attempts that did not deliver an alert")
                                .tag("endpoint", number)
                                .tag("cause", attempt.cause())
                                .register(registry));
            }
        }
        for (Drop why : Drop.values()) {
            dropped.put(
                    why,
                    Counter.builder("sluice.webhook.dropped")
                            .description("Alerts that are never delivered")
                            .tag("endpoint", number)
                            .tag("cause", why.cause())
                            .register(registry));
        }
        Gauge.builder("sluice.webhook.age.seconds", () -> ageMillis / MILLIS_PER_SECOND)
                .description("Age of the alert that is delivered next; 0 if none waits")
                .tag("endpoint", number)
                .register(registry);
        Gauge.builder("sluice.webhook.lag", () -> lag)
                .description("Records of the alert topic that are not read yet")
                .tag("endpoint", number)
                .register(registry);
    }

    void delivered() {
        delivered.increment();
    }

    void failed(Attempt attempt) {
        Counter counter = failed.get(attempt);
        if (counter != null) {
            counter.increment();
        }
    }

    void dropped(Drop why) {
        Counter counter = dropped.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    void age(Duration age) {
        ageMillis = age.toMillis();
    }

    void lag(long records) {
        lag = records;
    }
}
