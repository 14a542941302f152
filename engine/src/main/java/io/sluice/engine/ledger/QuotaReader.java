package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.PartitionClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One read of what the limits of an account leave for a client; takes nothing. */
record QuotaReader(
        LedgerStore store, BucketResolver resolver, AccountTimeline timeline, PartitionClock clock, long nowMillis) {
    private static final Comparator<LimitOutcome> BY_LIMIT =
            Comparator.comparing(LimitOutcome::limitId).thenComparing(LimitOutcome::scope);

    List<LimitOutcome> limits(Admission peek) {
        List<LimitOutcome> outcomes = new ArrayList<>();
        AccountCredits credits = AccountCredits.of(peek.account(), timeline, store, nowMillis);
        Map<String, Limit> limitsByAttribute = new HashMap<>();
        for (Limit limit : timeline.limits()) {
            if (limit.isWide()) {
                // Its bucket is in another partition: a request at no cost shows it.
                continue;
            }
            if (limit.scope().needsAttributes()) {
                limitsByAttribute.put(limit.id(), limit);
            } else {
                ResolvedBucket resolved = resolver.resolved(limit, peek, timeline, nowMillis);
                ResolvedBucket overage = resolved.overage();
                LimitOutcome own = outcome(limit, resolved.key(), resolved.found(), credits);
                outcomes.add(overage == null ? own : own.owing(LimitOutcome.debt(limit, overage.found())));
            }
        }
        List<LimitOutcome> found = new ArrayList<>();
        store.visitBuckets(peek.account(), Ledger.QUOTA_VISITS_MAX, (key, stored) -> {
            Limit limit = limitsByAttribute.get(key.limitId());
            if (limit == null || !limit.scope().mayBelongTo(peek.clientId(), key.scope())) {
                return;
            }
            // A full bucket may or may not have been cleaned up yet, so it must not appear.
            BucketState current = timeline.stateAt(limit, key, stored, nowMillis);
            if (!current.isFull()) {
                found.add(outcome(limit, key, current, credits));
            }
        });
        found.sort(BY_LIMIT);
        outcomes.addAll(found);
        return outcomes;
    }

    private LimitOutcome outcome(Limit limit, BucketKey key, BucketState state, AccountCredits credits) {
        return LimitOutcome.of(limit, key.scope(), state, credits.of(limit, key), clock)
                .enforced(limit.isEnforcedFor(credits.account()))
                .build();
    }
}
