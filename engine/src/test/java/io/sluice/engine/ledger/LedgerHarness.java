package io.sluice.engine.ledger;

import io.sluice.engine.ledger.RandomHistory.Activation;
import io.sluice.engine.ledger.RandomHistory.Ask;
import io.sluice.engine.ledger.RandomHistory.Step;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One partition as a stream task would drive it: each record advances the clock, is decided, and applied. */
final class LedgerHarness {
    final MapLedgerStore store;
    final Ledger ledger;
    private long offset;

    private LedgerHarness(MapLedgerStore store, RulesetTimeline timeline) {
        this.store = store;
        this.ledger = new Ledger(store, timeline);
    }

    static LedgerHarness empty() {
        return new LedgerHarness(new MapLedgerStore(), RulesetTimeline.empty());
    }

    /** A partition in which the ruleset has been in force from time 0 on. */
    static LedgerHarness with(Ruleset ruleset) {
        LedgerHarness harness = empty();
        harness.activate(0, ruleset);
        return harness;
    }

    /** Another partition with the same state, as after a restart from a snapshot. */
    LedgerHarness restored() {
        return new LedgerHarness(store.copy(), ledger.timeline());
    }

    boolean activate(long recordMillis, Ruleset ruleset) {
        return ledger.activate(ruleset, ledger.advance(recordMillis));
    }

    Judgement judge(long recordMillis, Admission admission, @Nullable String key) {
        Judgement judgement = ledger.decide(admission, key, ledger.advance(recordMillis), offset++);
        ledger.apply(judgement);
        return judgement;
    }

    /** Judges an admission without an idempotency key, which is always decided. */
    Outcome admit(long recordMillis, Admission admission) {
        return ((Judgement.Decided) judge(recordMillis, admission, /* key= */ null)).outcome();
    }

    /** Plays records and returns the judgement of each that asked. */
    List<Judgement> play(List<Step> steps) {
        List<Judgement> judgements = new ArrayList<>();
        for (Step step : steps) {
            play(step, judgements);
        }
        return judgements;
    }

    void play(Step step, List<Judgement> judgements) {
        if (step instanceof Ask ask) {
            judgements.add(judge(ask.recordMillis(), ask.admission(), ask.key()));
        } else if (step instanceof Activation activation) {
            activate(activation.recordMillis(), activation.ruleset());
        }
    }

    /** Cleans up those entries that {@code chosen} picks; returns how many were changed or dropped. */
    int cleanUp(BooleanSupplier chosen) {
        int changes = 0;
        for (BucketKey key : List.copyOf(store.buckets.keySet())) {
            StoredBucket stored = store.buckets.get(key);
            if (!chosen.getAsBoolean()) {
                continue;
            }
            StoredBucket refreshed = ledger.refreshed(key, stored);
            if (refreshed == null) {
                store.buckets.remove(key);
            } else {
                store.buckets.put(key, refreshed);
            }
            changes += stored.equals(refreshed) ? 0 : 1;
        }
        int before = store.memos.size();
        store.memos.values().removeIf(memo -> chosen.getAsBoolean() && ledger.isExpired(memo));
        return changes + before - store.memos.size();
    }

    /** What the state means, without what clean-up may change. */
    Map<Object, Object> meaning() {
        LedgerHarness clean = restored();
        clean.cleanUp(() -> true);
        Map<Object, Object> meaning = new HashMap<>(clean.store.buckets);
        meaning.putAll(clean.store.memos);
        meaning.put("clock", clean.store.clockMillis());
        return meaning;
    }
}
