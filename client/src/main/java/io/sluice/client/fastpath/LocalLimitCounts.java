package io.sluice.client.fastpath;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts local answers by their deciding limit. The first limits that decide one have label values of their own; all
 * others count as {@code other}. New rules begin anew, so that limits that are gone take no room.
 */
final class LocalLimitCounts {
    private static final String OTHER = "other";
    /** No limit decided: nothing limits such a request. */
    private static final String NONE = "none";

    private final MeterRegistry registry;
    private final int namesMax;
    private final Counters others;
    /** Copied on each change: most answers find their limit in it. */
    private volatile Map<String, Counters> byLimit = Map.of();

    private record Counters(Counter allowed, Counter denied) {
        Counter of(boolean allows) {
            return allows ? allowed : denied;
        }
    }

    LocalLimitCounts(MeterRegistry registry, int namesMax) {
        this.registry = registry;
        this.namesMax = namesMax;
        this.others = new Counters(counter(OTHER, "allow"), counter(OTHER, "deny"));
        Gauge.builder("sluice.client.local.limits.named", () -> byLimit.size())
                .description("Limits with a label value of their own among local answers")
                .register(registry);
    }

    private Counter counter(String limit, String answer) {
        return Counter.builder("sluice.client.local.limits")
                .description("Local answers by the limit that decided them")
                .tag("limit", limit)
                .tag("answer", answer)
                .register(registry);
    }

    void answered(VerdictDetails details) {
        LimitStatus limit = details.decidingLimit();
        String name = limit == null ? NONE : limit.id();
        Counters counters = byLimit.get(name);
        (counters == null ? added(name) : counters).of(details.allowed()).increment();
    }

    private synchronized Counters added(String name) {
        @Nullable Counters known = byLimit.get(name);
        if (known != null) {
            return known;
        }
        if (byLimit.size() >= namesMax) {
            return others;
        }
        Counters counters = new Counters(counter(name, "allow"), counter(name, "deny"));
        Map<String, Counters> more = new HashMap<>(byLimit);
        more.put(name, counters);
        byLimit = more;
        return counters;
    }

    /** Forgets all names; counters begin at 0 again. */
    synchronized void rulesChanged() {
        Map<String, Counters> gone = byLimit;
        byLimit = Map.of();
        gone.values().forEach(counters -> {
            registry.remove(counters.allowed());
            registry.remove(counters.denied());
        });
    }
}
