package io.sluice.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.RandomHistory.Activation;
import io.sluice.engine.ledger.RandomHistory.Ask;
import io.sluice.engine.ledger.RandomHistory.Step;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.WideStatements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One partition as a stream task would drive it: each record advances the clock, is decided, and applied. */
final class LedgerHarness {
    final InMemoryLedgerStore store;
    final Ledger ledger;
    /** Every hold that ended, in the order in which that was found. */
    final List<HoldSettlement> settlements = new ArrayList<>();

    private long offset;

    private LedgerHarness(InMemoryLedgerStore store, RulesetTimeline timeline) {
        this.store = store;
        this.ledger = new Ledger(store, timeline);
    }

    static LedgerHarness empty() {
        return new LedgerHarness(new InMemoryLedgerStore(), RulesetTimeline.empty());
    }

    /** A partition in which the ruleset has been in force from time 0 on. */
    static LedgerHarness with(Ruleset ruleset) {
        LedgerHarness harness = empty();
        harness.activate(0, ruleset);
        return harness;
    }

    /** Another partition with the same state, as after a restart from a snapshot. */
    LedgerHarness restored() {
        LedgerHarness restored = new LedgerHarness(store.copy(), ledger.timeline());
        restored.offset = offset;
        return restored;
    }

    /**
     * Goes on to a record and returns the partition's time. A stamp that is far from the one before is confirmed, as
     * where an app marks the time.
     */
    long goTo(long stampMillis) {
        ledger.advance(stampMillis);
        ledger.mark(stampMillis);
        return ledger.clockMillis();
    }

    /** Lets records come until a moment, none of which asks for anything. */
    void passTo(long stampMillis) {
        while (ledger.clock().stampMillis() < stampMillis) {
            ledger.advance(Math.min(stampMillis, ledger.clock().stampMillis() + PartitionClock.STEP_MILLIS_MAX));
        }
    }

    boolean activate(long recordMillis, Ruleset ruleset) {
        return ledger.activate(ruleset, goTo(recordMillis));
    }

    AdmissionResult evaluate(long recordMillis, Admission admission, @Nullable String key) {
        long nowMillis = goTo(recordMillis);
        settleDue(admission.account(), nowMillis);
        AdmissionResult result = ledger.decide(admission, key, nowMillis, offset++);
        ledger.apply(result);
        return result;
    }

    /** Ends the account's holds whose time is over, as comes before everything that concerns the account. */
    void settleDue(String account, long nowMillis) {
        HoldResult.Due due = ledger.due(account, nowMillis);
        ledger.apply(due);
        settlements.addAll(due.settlements());
    }

    /** Judges what a client wants done with what the admission of this offset holds. */
    HoldResult settle(long recordMillis, HoldAction action) {
        long nowMillis = goTo(recordMillis);
        settleDue(action.key().account(), nowMillis);
        HoldResult result = ledger.decide(action, nowMillis);
        if (result instanceof HoldResult.Ended ended) {
            ledger.apply(ended.changes());
            settlements.add(ended.settlement());
        }
        offset++;
        return result;
    }

    /** Judges what a front end wants to answer by itself, and lends it. */
    LeaseResult lease(long recordMillis, LeaseDemand ask) {
        long nowMillis = goTo(recordMillis);
        settleDue(ask.admission().account(), nowMillis);
        LeaseResult result = ledger.decide(ask, nowMillis, offset++);
        ledger.apply(result.decided());
        return result;
    }

    /** Judges an admission of a front end that takes a lease beside the verdict, which is that of any other caller. */
    LeaseResult lending(long recordMillis, LeaseDemand ask) {
        Lending lending = lends(recordMillis, ask);
        return new LeaseResult(lending.tokens(), lending.ttlMillis(), (AdmissionResult.Decided) lending.result());
    }

    /** Decides an admission of a front end that takes a lease, and applies both; the verdict shows neither. */
    Lending lends(long recordMillis, LeaseDemand ask) {
        long nowMillis = goTo(recordMillis);
        settleDue(ask.admission().account(), nowMillis);
        AdmissionResult plain = ledger.decide(ask.admission(), null, nowMillis, offset);
        Lending lending = ledger.decideLending(ask, WideStatements.NONE, nowMillis, offset++);
        AdmissionResult.Decided decided = (AdmissionResult.Decided) lending.result();
        assertThat(decided.outcome()).isEqualTo(((AdmissionResult.Decided) plain).outcome());
        ledger.apply(decided);
        return lending;
    }

    /** Judges what somebody wants changed about an account, and changes it. */
    ProfileResult change(long recordMillis, ProfileCommand command) {
        long nowMillis = goTo(recordMillis);
        settleDue(command.account(), nowMillis);
        ProfileResult result = ledger.decide(command, nowMillis);
        if (result instanceof ProfileResult.Accepted accepted) {
            ledger.apply(accepted.event());
        }
        offset++;
        return result;
    }

    /** The offset of a record that the caller decides. */
    long skipOffset() {
        return offset++;
    }

    /** The offset of the next record. */
    long nextOffset() {
        return offset;
    }

    /** Judges an admission without an idempotency key, which is always decided. */
    Outcome admit(long recordMillis, Admission admission) {
        return ((AdmissionResult.Decided) evaluate(recordMillis, admission, /* key= */ null)).outcome();
    }

    /** Plays records and returns the result of each that asked. */
    List<AdmissionResult> play(List<Step> steps) {
        List<AdmissionResult> results = new ArrayList<>();
        for (Step step : steps) {
            play(step, results);
        }
        return results;
    }

    void play(Step step, List<AdmissionResult> results) {
        if (step instanceof Ask ask) {
            results.add(evaluate(ask.recordMillis(), ask.admission(), ask.key()));
        } else if (step instanceof Activation activation) {
            activate(activation.recordMillis(), activation.ruleset());
        }
    }

    /** Cleans up those entries that {@code chosen} picks; returns how many were changed or dropped. */
    int cleanUp(BooleanSupplier chosen) {
        int changes = 0;
        for (BucketKey key : List.copyOf(store.buckets().keySet())) {
            StoredBucket stored = store.buckets().get(key);
            if (!chosen.getAsBoolean()) {
                continue;
            }
            StoredBucket refreshed = ledger.refreshed(key, stored);
            if (refreshed == null) {
                store.buckets().remove(key);
            } else {
                store.buckets().put(key, refreshed);
            }
            changes += stored.equals(refreshed) ? 0 : 1;
        }
        int before = store.idempotencyRecords().size();
        store.idempotencyRecords()
                .values()
                .removeIf(idempotencyRecord -> chosen.getAsBoolean() && ledger.isExpired(idempotencyRecord));
        changes += before - store.idempotencyRecords().size();
        before = store.usedCredits().size();
        store.usedCredits()
                .entrySet()
                .removeIf(used -> chosen.getAsBoolean() && ledger.isExpired(used.getKey(), used.getValue()));
        changes += before - store.usedCredits().size();
        before = store.counts().size();
        store.counts().values().removeIf(count -> chosen.getAsBoolean() && ledger.isExpired(count));
        changes += before - store.counts().size();
        for (Map.Entry<HoldKey, HoldEntry> entry : List.copyOf(store.holds().entrySet())) {
            if (!chosen.getAsBoolean()) {
                continue;
            }
            if (entry.getValue() instanceof HoldEntry.Settled settled && ledger.isExpired(settled)) {
                store.holds().remove(entry.getKey());
                changes++;
            } else if (entry.getValue() instanceof HoldEntry.Open open
                    && open.expiresAtMillis() <= ledger.clockMillis()) {
                settleDue(entry.getKey().account(), ledger.clockMillis());
                changes++;
            }
        }
        return changes;
    }

    /** What the state means, without what clean-up may change. */
    Map<Object, Object> meaning() {
        LedgerHarness clean = restored();
        // The first round ends due holds, the second finds buckets that this has brought to the present.
        clean.cleanUp(() -> true);
        clean.cleanUp(() -> true);
        Map<Object, Object> meaning = new HashMap<>(clean.store.buckets());
        meaning.putAll(clean.store.idempotencyRecords());
        meaning.putAll(clean.store.counts());
        meaning.putAll(clean.store.holds());
        meaning.putAll(clean.store.usedCredits());
        meaning.put("clock", clean.store.position().clock());
        return meaning;
    }
}
