package io.sluice.client.fastpath;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.LeaseReport;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** The metrics of the fast path. Counting must cost a local answer next to nothing. */
final class FastPathMeters {
    private final LongAdder allowed = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final Map<AskReason, LongAdder> asked = new EnumMap<>(AskReason.class);
    private final LongAdder coalesced = new LongAdder();
    private final LongAdder waitersLate = new LongAdder();
    private final LongAdder granted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder grantedTokens = new LongAdder();
    private final LongAdder spentTokens = new LongAdder();
    private final LongAdder returnedTokens = new LongAdder();
    private final LongAdder revocations = new LongAdder();
    private final LocalLimitCounts byLimit;

    FastPathMeters(MeterRegistry registry, FastPath config) {
        byLimit = new LocalLimitCounts(registry, config.metricLimitsMax());
        for (AskReason reason : AskReason.values()) {
            asked.put(reason, new LongAdder());
        }
    }

    void bindTo(MeterRegistry registry, KeyTable keys, LongAdder openLeases, FastPath config) {
        String local = "Admissions answered by this front end, out of a lease or by repeating a denial";
        counter(registry, "sluice.client.local", local, allowed, "answer", "allow");
        counter(registry, "sluice.client.local", local, denied, "answer", "deny");
        String notLocal = "Admissions that went to the ledger, by why this front end could not answer them";
        asked.forEach(
                (reason, count) -> counter(registry, "sluice.client.asked", notLocal, count, "reason", reason.label()));
        counter(registry, "sluice.client.coalesced", "Admissions that waited with others for one lease", coalesced);
        counter(registry, "sluice.client.coalesced.late", "Of these, those with no answer in time", waitersLate);
        String leases = "Requests for leases, by what came of them";
        counter(registry, "sluice.client.leases", leases, granted, "outcome", "granted");
        counter(registry, "sluice.client.leases", leases, refused, "outcome", "refused");
        counter(registry, "sluice.client.leases", leases, unanswered, "outcome", "unanswered");
        counter(registry, "sluice.client.leases", leases, late, "outcome", "late");
        counter(registry, "sluice.client.leases.granted", "Tokens of leases", grantedTokens);
        counter(registry, "sluice.client.leases.spent", "Tokens of leases that were spent", spentTokens);
        counter(registry, "sluice.client.leases.returned", "Tokens of leases that were given back", returnedTokens);
        counter(registry, "sluice.client.revocations", "Revocations of what the ledger said before", revocations);
        gauges(keys, openLeases, config, registry);
    }

    private static void gauges(KeyTable keys, LongAdder openLeases, FastPath config, MeterRegistry registry) {
        Gauge.builder("sluice.client.leases.open", openLeases, LongAdder::sum)
                .description("Leases that are spent, or will be next")
                .register(registry);
        Gauge.builder("sluice.client.keys.tracked", keys, KeyTable::count)
                .description("Keys with a lease, a denial or a request under way")
                .register(registry);
        Gauge.builder("sluice.client.keys.tracked.max", config::trackedKeysMax)
                .description("The most of these keys")
                .register(registry);
        FunctionCounter.builder("sluice.client.keys.untracked", keys, KeyTable::untracked)
                .description("Requests that went to the ledger for want of room among these keys")
                .register(registry);
    }

    private static void counter(
            MeterRegistry registry, String name, String description, LongAdder count, String... tag) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tags(tag.length == 0 ? List.of() : List.of(Tag.of(tag[0], tag[1])))
                .register(registry);
    }

    void answered(AdmissionVerdict.Local verdict) {
        (verdict.details().allowed() ? allowed : denied).increment();
        byLimit.answered(verdict.details());
    }

    void asked(AskReason reason) {
        Objects.requireNonNull(asked.get(reason)).increment();
    }

    void waited() {
        coalesced.increment();
    }

    void waitedInVain() {
        waitersLate.increment();
    }

    /** Tokens came with a verdict. */
    void lent(long tokens) {
        granted.increment();
        grantedTokens.add(tokens);
    }

    /** A lease came after its deadline, when its request counted as unanswered. */
    void leasedLate(long tokens) {
        late.increment();
        grantedTokens.add(tokens);
    }

    void leased(Answer<LeaseReply> answer) {
        LeaseReply reply = answer.orNull();
        if (reply == null) {
            unanswered.increment();
            return;
        }
        long tokens = reply.tokens();
        (tokens > 0 ? granted : refused).increment();
        grantedTokens.add(tokens);
    }

    void told(Effects effects) {
        for (LeaseReport report : effects.reports()) {
            spentTokens.add(report.spentTokens());
        }
        returnedTokens.add(effects.returnedTokens());
    }

    void revoked(Revocation revocation) {
        revocations.increment();
        if (revocation.account() == null) {
            byLimit.rulesChanged();
        }
    }
}
