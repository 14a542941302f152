package io.sluice.streams.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.engine.penalty.PenaltyEvent;
import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.signal.ReportEffect;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MarkEffect;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import io.sluice.streams.store.StoreMetrics;
import io.sluice.streams.topology.StageMeters;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The counters of one app's processors; all its stream threads share them. */
public final class AdmissionMetrics implements StoreMetrics {
    private final Map<Reason, Counter> decisions = new EnumMap<>(Reason.class);
    private final Map<HoldOutcome, Counter> settlements = new EnumMap<>(HoldOutcome.class);
    private final Map<DeadLetterReason, Counter> deadLetters = new EnumMap<>(DeadLetterReason.class);
    private final Counter replays;
    private final Counter alerts;
    private final Counter leasedTokens;
    private final Counter localAllows;
    private final Counter localDenials;
    private final Counter overflows;
    private final Counter unreadableAddresses;
    private final Counter clockClamps;
    private final Counter clockSteps;
    private final Map<MarkEffect, Counter> clockMarks = new EnumMap<>(MarkEffect.class);
    private final PartitionGauge clockAhead = new PartitionGauge(
            "sluice.clock.ahead.millis", "How far a partition's time is ahead of the broker's stamps");
    private final PartitionGauge clockBehind = new PartitionGauge(
            "sluice.clock.behind.millis", "How far a partition's time is behind the broker's stamps");
    private final PenaltyMeters penalties;
    private final Counter redelivery;
    private final Counter passedOver;
    private final Counter sweptEntries;
    private final Counter removedEntries;
    private final PartitionGauge revision = new PartitionGauge("sluice.ruleset.revision", "Ruleset revision in force");
    private final PartitionGauge ledgerVersion = new PartitionGauge("sluice.ledger.version", "Ledger version in force");
    private final PartitionGauge accessVersion =
            new PartitionGauge("sluice.access.version", "Version of the access entries in force");
    private final PartitionGauge accessEntries = new PartitionGauge(
            "sluice.access.entries", "Access entries in force, and those that ended since their last change");
    private final PartitionGauge signals = new PartitionGauge("sluice.signals", "Health signals that are not stale");
    private final PartitionGauge brownOut = new PartitionGauge(
            "sluice.brown.out", "1 while a health signal keeps the brown-out of the ruleset on, else 0");
    private final Map<ReportEffect, Counter> signalReports = new EnumMap<>(ReportEffect.class);
    private final PartitionGauge cached = new PartitionGauge("sluice.state.cached", "State entries kept as objects");
    private final PartitionGauge unwritten =
            new PartitionGauge("sluice.state.unwritten", "State entries that RocksDB may not have yet");
    private final PartitionGauge unwrittenBytes = new PartitionGauge(
            "sluice.state.unwritten.bytes", "Keys and values of the state that RocksDB may not have yet");
    private final PartitionGauge rememberedHolds =
            new PartitionGauge("sluice.state.remembered.holds", "Open holds whose order of expiry is in memory");
    private final PartitionGauge rememberedProfiles = new PartitionGauge(
            "sluice.state.remembered.profiles", "Accounts whose profile, or that there is none, is in memory");
    private final Counter cacheHits;
    private final Counter cacheMisses;
    private final Counter writtenEntries;
    private final Counter shadowRefusals;
    private final Counter unchargedTokens;
    private final Counter creditTokens;
    private final RulesetMeters byName;
    private final PartitionGauge openVouchers = new PartitionGauge(
            "sluice.wide.open.vouchers", "Charges to buckets of limits with scope global that wait for their verdict");
    private final PartitionGauge lapsedVouchers = new PartitionGauge(
            "sluice.wide.lapsed.vouchers",
            "Charges to buckets of limits with scope global whose verdict has not come for long; they stay charged");
    private final PartitionGauge travellingKeys = new PartitionGauge(
            "sluice.wide.travelling.keys",
            "Idempotency keys of requests that visit buckets of limits with scope global");
    private final WideMeters wide;
    private final StageMeters stages;
    private final MeterRegistry registry;

    /** With the standard bounds of labels. */
    public AdmissionMetrics(MeterRegistry registry) {
        this(registry, LabelBounds.standard());
    }

    public AdmissionMetrics(MeterRegistry registry, LabelBounds labels) {
        this.registry = registry;
        this.byName = new RulesetMeters(registry, labels);
        this.stages = new StageMeters(registry);
        this.penalties = new PenaltyMeters(registry);
        this.wide = new WideMeters(
                registry, new WideMeters.Gauges(openVouchers::set, lapsedVouchers::set, travellingKeys::set));
        for (Reason reason : Reason.values()) {
            decisions.put(
                    reason,
                    Counter.builder("sluice.decisions")
                            .description("Judged admission requests, without replays")
                            .tag("verdict", reason.allows() ? "allow" : "deny")
                            .tag("reason", reason.code())
                            .register(registry));
        }
        for (HoldOutcome outcome : HoldOutcome.values()) {
            settlements.put(
                    outcome,
                    Counter.builder("sluice.settlements")
                            .description("Reservations, slots and leases that ended")
                            .tag("outcome", outcome.code())
                            .register(registry));
        }
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("sluice.dead.letters")
                            .description("Refused records of the request topic")
                            .tag("reason", reason.code())
                            .register(registry));
        }
        shadowRefusals = counter(
                "sluice.shadow.refusals", "Allowed admissions that a limit in shadow would have refused, once each");
        unchargedTokens = counter(
                "sluice.uncharged.tokens",
                "Tokens that were used and not charged, beyond what limits have as overdraft");
        creditTokens = counter("sluice.credit.tokens", "Tokens that credits on top of limits paid");
        // What alerts watch is there from the start: the first increase of a counter that is new goes unseen.
        leases("granted");
        leases("with-verdict");
        List.of("changed", "repeated", "refused", "lifted").forEach(this::accountCommands);
        replays = counter("sluice.idempotent.replays", "Answers repeated for an idempotency key");
        overflows = counter("sluice.overflows", "Limits that decided an admission by a shared overflow bucket");
        leasedTokens = counter("sluice.leases.tokens", "Tokens that were lent to front ends");
        localAllows = localAnswers("allow");
        localDenials = localAnswers("deny");
        alerts = counter("sluice.alerts", "Thresholds of limits that were crossed");
        unreadableAddresses = counter(
                "sluice.unreadable.addresses",
                "Admissions with an attribute that is no IP address, where the ruleset compares it with ranges");
        clockClamps =
                counter("sluice.clock.clamps", "Records whose broker timestamp lay before their partition's time");
        clockSteps = counter(
                "sluice.clock.steps.cut",
                "Records whose broker timestamp would have moved their partition's time too far");
        for (MarkEffect effect : MarkEffect.values()) {
            clockMarks.put(
                    effect,
                    Counter.builder("sluice.clock.marks")
                            .description("Clock marks, compared with the broker's timestamp")
                            .tag(
                                    "outcome",
                                    effect.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .register(registry));
        }
        for (ReportEffect effect : ReportEffect.values()) {
            signalReports.put(
                    effect,
                    Counter.builder("sluice.signal.reports")
                            .description("Reports of health signals, by what a partition did with them")
                            .tag(
                                    "outcome",
                                    effect.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .register(registry));
        }
        redelivery = counter("sluice.requests.redelivered", "Records that were read again after they had been decided");
        passedOver = counter("sluice.requests.skipped", "Offsets of the request topic that were never decided");
        sweptEntries = counter("sluice.sweep.visited", "State entries looked at by the clean-up");
        removedEntries = counter("sluice.sweep.removed", "State entries dropped by the clean-up: full or expired");
        cacheHits = counter("sluice.state.cache.hits", "State entries read from the cache");
        cacheMisses = counter("sluice.state.cache.misses", "State entries read from RocksDB");
        writtenEntries = counter("sluice.state.written", "State entries written to the changelog");
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Counter localAnswers(String verdict) {
        return Counter.builder("sluice.local.answers")
                .description("Requests that front ends answered by themselves, as they reported")
                .tag("verdict", verdict)
                .register(registry);
    }

    void unreadableAddress() {
        unreadableAddresses.increment();
    }

    void leased(Reason reason, long tokens) {
        leases(tokens > 0 ? "granted" : reason.code()).increment();
        leasedTokens.increment(tokens);
    }

    /** Tokens went along with a verdict. */
    void lent(long tokens) {
        leases("with-verdict").increment();
        leasedTokens.increment(tokens);
    }

    private Counter leases(String outcome) {
        return Counter.builder("sluice.leases")
                .description("Requests for leases")
                .tag("outcome", outcome)
                .register(registry);
    }

    void answeredLocally(long allowed, long denied) {
        localAllows.increment(allowed);
        localDenials.increment(denied);
    }

    void accountCommanded(String outcome) {
        accountCommands(outcome).increment();
    }

    private Counter accountCommands(String outcome) {
        return Counter.builder("sluice.account.commands")
                .description("Commands to change an account")
                .tag("outcome", outcome)
                .register(registry);
    }

    void decided(Outcome outcome) {
        increment(decisions.get(outcome.reason()));
        byName.decided(outcome);
        uncharged(outcome.uncharged());
        penalties.decided(outcome.penalty());
        boolean refusedInShadow = false;
        for (LimitOutcome limit : outcome.limits()) {
            if (Scope.isOverflow(limit.scope())) {
                overflows.increment();
            }
            refusedInShadow |= !limit.enforced() && limit.refused();
            if (limit.credit() != null && limit.credit().charged() > 0) {
                creditTokens.increment(limit.credit().charged());
            }
        }
        if (refusedInShadow && outcome.allowed()) {
            shadowRefusals.increment();
        }
    }

    void penalised(PenaltyEvent event) {
        penalties.changed(event);
    }

    /** Somebody was not kept track of, since as many are as can be. */
    void untracked(int times) {
        penalties.untracked(times);
    }

    void uncharged(long tokens) {
        if (tokens > 0) {
            unchargedTokens.increment(tokens);
        }
    }

    void settled(HoldOutcome outcome) {
        increment(settlements.get(outcome));
    }

    void replayed() {
        replays.increment();
    }

    void alerted() {
        alerts.increment();
    }

    void deadLettered(DeadLetterReason reason) {
        increment(deadLetters.get(reason));
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    void clockClamped() {
        clockClamps.increment();
    }

    void clockStepCut() {
        clockSteps.increment();
    }

    void clockMarked(MarkEffect effect) {
        increment(clockMarks.get(effect));
    }

    void clock(int partition, long aheadMillis, long behindMillis) {
        clockAhead.set(partition, aheadMillis);
        clockBehind.set(partition, behindMillis);
    }

    void redelivered() {
        redelivery.increment();
    }

    void passedOver(long offsets) {
        passedOver.increment(offsets);
    }

    void swept(int visited, int removed) {
        sweptEntries.increment(visited);
        removedEntries.increment(removed);
    }

    void rulesetInForce(int partition, Ruleset inForce) {
        revision.set(partition, inForce.revision());
        byName.rulesetInForce(inForce);
    }

    void versionInForce(int partition, LedgerVersion inForce) {
        ledgerVersion.set(partition, inForce.number());
    }

    void accessInForce(int partition, AccessEntries inForce) {
        accessVersion.set(partition, inForce.version());
        accessEntries.set(partition, inForce.lists().size());
    }

    void signalReported(ReportEffect effect) {
        Counter counter = signalReports.get(effect);
        if (counter != null) {
            counter.increment();
        }
    }

    void signalsInForce(int partition, int live, boolean on) {
        signals.set(partition, live);
        brownOut.set(partition, on ? 1 : 0);
    }

    /** The meters of limits that all accounts share. */
    WideMeters wide() {
        return wide;
    }

    /** The meters of what a record goes through. */
    public StageMeters stages() {
        return stages;
    }

    @Override
    public void cached(int partition, int entries, long hits, long misses, long written) {
        cached.set(partition, entries);
        cacheHits.increment(hits);
        cacheMisses.increment(misses);
        writtenEntries.increment(written);
    }

    @Override
    public void unwritten(int partition, int entries, long bytes) {
        unwritten.set(partition, entries);
        unwrittenBytes.set(partition, bytes);
    }

    /** Removes the numbers of a partition that this instance has lost. */
    void released(int partition) {
        revision.remove(partition);
        ledgerVersion.remove(partition);
        accessVersion.remove(partition);
        accessEntries.remove(partition);
        signals.remove(partition);
        brownOut.remove(partition);
        clockAhead.remove(partition);
        clockBehind.remove(partition);
        rememberedHolds.remove(partition);
        openVouchers.remove(partition);
        lapsedVouchers.remove(partition);
        travellingKeys.remove(partition);
        rememberedProfiles.remove(partition);
    }

    @Override
    public void closed(int partition) {
        cached.remove(partition);
        unwritten.remove(partition);
        unwrittenBytes.remove(partition);
    }

    void remembered(int partition, int holds, int profiles) {
        rememberedHolds.set(partition, holds);
        rememberedProfiles.set(partition, profiles);
    }

    /** A gauge with one value for each partition. */
    private final class PartitionGauge {
        private final String name;
        private final String description;
        private final Map<Integer, Registered> byPartition = new ConcurrentHashMap<>();

        PartitionGauge(String name, String description) {
            this.name = name;
            this.description = description;
        }

        void set(int partition, long value) {
            byPartition.computeIfAbsent(partition, this::registered).value().set(value);
        }

        /**
         * Removes the value of a partition; else the metrics would report it for ever, though another instance has it.
         */
        void remove(int partition) {
            byPartition.computeIfPresent(partition, (name, registered) -> {
                registry.remove(registered.gauge());
                return null;
            });
        }

        private Registered registered(int partition) {
            AtomicLong value = new AtomicLong();
            Gauge gauge = Gauge.builder(name, value, AtomicLong::get)
                    .description(description)
                    .tag("partition", Integer.toString(partition))
                    .register(registry);
            return new Registered(gauge, value);
        }

        private record Registered(Gauge gauge, AtomicLong value) {}
    }
}
