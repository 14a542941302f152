package io.sluice.streams.replica;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a replica counts, and what it leaves to the streams app to count. */
public final class ReplicaMeters {
    /** Counters of an app that concern this process, and not what it decides. */
    private static final Set<String> OF_THE_PROCESS = Set.of(
            "sluice.requests.redelivered",
            "sluice.requests.skipped",
            "sluice.sweep.visited",
            "sluice.sweep.removed",
            "sluice.state.cache.hits",
            "sluice.state.cache.misses",
            "sluice.state.written");
    /** The streams app's lag pages somebody, a replica's does not. */
    private static final String LAG = "sluice.requests.undecided";

    private final Counter fromState;
    private final Counter fromBeginning;
    private final Counter withheld;
    private final Set<Integer> inDoubt = ConcurrentHashMap.newKeySet();

    public ReplicaMeters(MeterRegistry registry) {
        fromState = starts(registry, "state");
        fromBeginning = starts(registry, "beginning");
        withheld = Counter.builder("sluice.replica.replies.withheld")
                .description("Replies that a replica did not send, because it was too far behind or in doubt")
                .register(registry);
        Gauge.builder("sluice.replica.partitions.in.doubt", inDoubt, Set::size)
                .description("Partitions with a message that the replica's rules keys do not prove: it is silent there")
                .register(registry);
    }

    private static Counter starts(MeterRegistry registry, String from) {
        return Counter.builder("sluice.replica.starts")
                .description("Partitions that a replica began to decide, by where it began")
                .tag("from", from)
                .register(registry);
    }

    /**
     * A view of the registry for what a replica shares with the streams app: every decision is counted once in a
     * cluster, by the streams app, and the lag has a name of its own.
     */
    public static MeterRegistry view(MeterRegistry registry) {
        CompositeMeterRegistry view = new CompositeMeterRegistry();
        view.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().startsWith(LAG) ? id.withName(id.getName().replace("requests", "replica")) : id;
            }
        });
        view.config().meterFilter(MeterFilter.deny(ReplicaMeters::isOfDecisions));
        view.add(registry);
        return view;
    }

    private static boolean isOfDecisions(Meter.Id id) {
        return id.getType() == Meter.Type.COUNTER
                && id.getName().startsWith("sluice.")
                && !OF_THE_PROCESS.contains(id.getName());
    }

    void startedFromState() {
        fromState.increment();
    }

    void startedFromBeginning() {
        fromBeginning.increment();
    }

    void inDoubt(int partition, boolean isInDoubt) {
        if (isInDoubt) {
            inDoubt.add(partition);
        } else {
            inDoubt.remove(partition);
        }
    }

    void withheld() {
        withheld.increment();
    }
}
