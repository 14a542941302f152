package io.sluice.engine.ledger;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.CarryOver;
import io.sluice.engine.bucket.TokenGrant;
import io.sluice.engine.bucket.WindowState;
import io.sluice.engine.ruleset.AccountSettings;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/** One account, slow and plain: at every change each of its buckets is carried over at once. */
final class ProfileModel {
    private static final BucketState MISSING = new WindowState(0, 0, 0);

    private final String account;
    private final Map<BucketKey, BucketState> buckets = new HashMap<>();
    /** Of buckets whose limit no ruleset has, how it last was and since when. */
    private final Map<BucketKey, Absence> absences = new HashMap<>();

    Ruleset ruleset = Ruleset.none();
    AccountSettings settings = AccountSettings.NONE;

    private record Absence(Limit limit, long sinceMillis) {}

    ProfileModel(String account) {
        this.account = account;
    }

    void activate(Ruleset next, long nowMillis) {
        carry(next, settings, nowMillis);
        ruleset = next;
    }

    void change(AccountSettings next, long nowMillis) {
        carry(ruleset, next, nowMillis);
        settings = next;
    }

    private void carry(Ruleset nextRuleset, AccountSettings nextTerms, long nowMillis) {
        buckets.replaceAll((key, state) -> {
            Limit present = ruleset.limit(key.limitId(), account, settings);
            Limit after = nextRuleset.limit(key.limitId(), account, nextTerms);
            if (after == null) {
                absences.computeIfAbsent(key, gone -> new Absence(Objects.requireNonNull(present), nowMillis));
                return state;
            }
            Absence absence = absences.remove(key);
            boolean forgotten =
                    absence != null && nowMillis - absence.sinceMillis() > RulesetTimeline.ABSENCE_MILLIS_MAX;
            Limit before = absence == null ? Objects.requireNonNull(present) : absence.limit();
            if (forgotten || !before.scope().equals(after.scope())) {
                return MISSING;
            }
            if (before.algorithm().equals(after.algorithm())) {
                return state;
            }
            CarryOver carryOver = after.carryOver();
            return carryOver.carried(before.algorithm(), before.algorithm().at(state, nowMillis), after.algorithm());
        });
        buckets.values().removeIf(state -> state == MISSING);
    }

    void reset(BiPredicate<String, String> chosen) {
        buckets.keySet().removeIf(key -> chosen.test(key.limitId(), key.scope()));
        absences.keySet().retainAll(buckets.keySet());
    }

    void grant(Limit limit, String scope, long tokens, long nowMillis) {
        BucketKey key = new BucketKey(account, limit.id(), scope);
        buckets.put(key, TokenGrant.granted(state(limit, key, nowMillis), tokens));
    }

    private BucketState state(Limit limit, BucketKey key, long nowMillis) {
        BucketState state = buckets.get(key);
        return state == null
                ? limit.algorithm().full(nowMillis)
                : limit.algorithm().at(state, nowMillis);
    }

    /** What is left of each limit after the admission; it is let through if every one has enough. */
    Map<String, Long> remainingAfter(Admission admission, long nowMillis, long offset) {
        Map<BucketKey, BucketState> found = new HashMap<>();
        boolean allowed = true;
        for (Limit limit : ruleset.limitsFor(admission, settings)) {
            BucketKey key = new BucketKey(account, limit.id(), limit.scope().valueIn(admission));
            BucketState state = state(limit, key, nowMillis);
            found.put(key, state);
            allowed &= limit.algorithm().admits(state, admission.cost());
        }
        Map<String, Long> remaining = new HashMap<>();
        for (Limit limit : ruleset.limitsFor(admission, settings)) {
            BucketKey key = new BucketKey(account, limit.id(), limit.scope().valueIn(admission));
            BucketState state = found.get(key);
            if (allowed && admission.cost() > 0) {
                state = limit.algorithm().charged(state, admission.cost(), offset);
                buckets.put(key, state);
            }
            remaining.put(limit.id(), limit.algorithm().remaining(state));
        }
        return remaining;
    }
}
