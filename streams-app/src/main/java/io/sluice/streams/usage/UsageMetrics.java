package io.sluice.streams.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.streams.usage.SpaceSaving.Count;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of the usage roll-ups; all partitions of an app share them. */
public final class UsageMetrics {
    /** Offenders that have a gauge of their own. */
    static final int RANKS_MAX = 10;

    private final Map<Skip, Counter> skipped = new EnumMap<>(Skip.class);
    private final Map<Integer, PartitionView> partitions = new ConcurrentHashMap<>();
    private final SpikeMeters spikes;
    private final BurnMeters burn;
    private final Counter allowed;
    private final Counter denied;
    private final Counter charged;
    private final Counter returned;
    private final Counter repeated;
    private final Counter late;
    private final Counter minutes;
    private final Counter minutesFailed;
    private final Counter entriesUnreadable;
    private final Counter accountsFolded;
    private final Counter rowsFolded;
    private final Counter answered;
    private final Counter unanswered;

    /** The reason why a record of the decision topic was not counted. */
    enum Skip {
        /** It has another version or type, perhaps of a later Sluice. */
        VERSION,
        /** It is no such record at all. */
        MALFORMED,
        /** Counting it failed: a defect of Sluice. */
        FAILED
    }

    /** The last values of a partition. */
    private record PartitionView(int openAccounts, List<Count> denied) {}

    public UsageMetrics(MeterRegistry registry) {
        for (Skip cause : Skip.values()) {
            skipped.put(
                    cause,
                    Counter.builder("sluice.usage.records.skipped")
                            .description("Records of the decision topic that usage does not count")
                            .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        spikes = new SpikeMeters(registry);
        burn = new BurnMeters(registry);
        allowed = requests(registry, "allow");
        denied = requests(registry, "deny");
        charged = counter(registry, "sluice.usage.charged", "Tokens that usage counted as taken");
        returned = counter(registry, "sluice.usage.returned", "Tokens that usage counted as given back");
        repeated = counter(
                registry, "sluice.usage.records.repeated", "Repeated records, which were counted only the first time");
        late = counter(
                registry,
                "sluice.usage.records.late",
                "Records of a minute that had ended; they count in the current one");
        minutes = counter(registry, "sluice.usage.minutes", "Minutes of partitions that have ended");
        minutesFailed = counter(
                registry, "sluice.usage.minutes.failed", "Minutes of partitions that did not end in full: a defect");
        entriesUnreadable = counter(
                registry,
                "sluice.usage.entries.unreadable",
                "Usage entries that could not be read; they begin again at zero");
        accountsFolded = folded(registry, "accounts");
        rowsFolded = folded(registry, "rows");
        answered = queries(registry, "answered");
        unanswered = queries(registry, "refused");
        Gauge.builder("sluice.usage.accounts", this, UsageMetrics::openAccounts)
                .description("Accounts with counts in the current minute")
                .register(registry);
        for (int rank = 1; rank <= RANKS_MAX; rank++) {
            int index = rank - 1;
            Gauge.builder("sluice.top.denied", () -> deniedAt(index))
                    .description("Requests of this hour that were denied to the account of this rank")
                    .tag("rank", Integer.toString(rank))
                    .register(registry);
        }
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Counter requests(MeterRegistry registry, String verdict) {
        return Counter.builder("sluice.usage.requests")
                .description("Answered requests that usage counted, those of front ends and replays included")
                .tag("verdict", verdict)
                .register(registry);
    }

    private static Counter folded(MeterRegistry registry, String bound) {
        return Counter.builder("sluice.usage.folded")
                .description("Records that usage counted under other, because a bound was reached")
                .tag("bound", bound)
                .register(registry);
    }

    private static Counter queries(MeterRegistry registry, String outcome) {
        return Counter.builder("sluice.usage.queries")
                .description("Queries to the usage roll-ups")
                .tag("outcome", outcome)
                .register(registry);
    }

    SpikeMeters spikes() {
        return spikes;
    }

    BurnMeters burn() {
        return burn;
    }

    void answered() {
        answered.increment();
    }

    void unanswered() {
        unanswered.increment();
    }

    void counted(DecisionCounts counts) {
        allowed.increment(counts.allowed());
        denied.increment(counts.denied());
        (counts.charged() < 0 ? returned : charged).increment(Math.abs(counts.charged()));
    }

    void skipped(Skip cause) {
        Counter counter = skipped.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }

    void repeated() {
        repeated.increment();
    }

    void late() {
        late.increment();
    }

    void minuteEnded() {
        minutes.increment();
    }

    void minuteFailed() {
        minutesFailed.increment();
    }

    void entryUnreadable() {
        entriesUnreadable.increment();
    }

    void accountFolded() {
        accountsFolded.increment();
    }

    void rowsFolded() {
        rowsFolded.increment();
    }

    /** What the gauges show of a partition from now on. */
    void partition(int partition, int openAccounts, List<Count> heaviestDenied) {
        partitions.put(partition, new PartitionView(openAccounts, heaviestDenied));
    }

    /** Removes a partition that this instance has lost. */
    void released(int partition) {
        partitions.remove(partition);
        spikes.released(partition);
        burn.released(partition);
    }

    private double openAccounts() {
        return partitions.values().stream()
                .mapToInt(PartitionView::openAccounts)
                .sum();
    }

    private double deniedAt(int index) {
        List<Count> all = new ArrayList<>();
        partitions.values().forEach(view -> all.addAll(view.denied()));
        List<Count> heaviest = SpaceSaving.heaviest(all, index + 1);
        return heaviest.size() > index ? heaviest.get(index).count() : 0;
    }
}
