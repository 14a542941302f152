package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.CreditChange;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every limit that applies to one admission, and the action that follows: the strictest one of the limits that are
 * enforced and exceeded. Nothing is charged yet.
 */
final class Evaluation {
    private final Admission admission;
    private final Ruleset ruleset;
    private final LimitCheck[] checks;
    private final AccountCredits credits;
    private OnExceed strictest = OnExceed.TAG;
    private boolean limited;
    private boolean exceeded;
    private boolean throttled;
    private boolean graced;
    private boolean possible = true;
    private long delayMillis;

    private Evaluation(Admission admission, Ruleset ruleset, LimitCheck[] checks, AccountCredits credits) {
        this.credits = credits;
        this.admission = admission;
        this.ruleset = ruleset;
        this.checks = checks;
        for (LimitCheck check : checks) {
            if (check.enforced()) {
                add(check);
            }
        }
    }

    /** Checks every limit that applies, at the moment of the credits. */
    static Evaluation of(
            Admission admission,
            AccountTimeline timeline,
            BucketResolver resolver,
            PartitionClock clock,
            AccountCredits credits) {
        List<Limit> limits = counting(timeline.limitsFor(admission), admission.mode());
        LimitCheck[] checks = new LimitCheck[limits.size()];
        for (int i = 0; i < checks.length; i++) {
            Limit limit = limits.get(i);
            ResolvedBucket found = resolver.resolved(limit, admission, timeline, credits.nowMillis());
            ResolvedBucket resolved = credits.credits().isEmpty() ? found : found.with(credits.of(limit, found.key()));
            checks[i] = LimitCheck.of(limit, resolved, limit.isEnforcedFor(admission.account()), admission, clock);
        }
        return new Evaluation(admission, timeline.ruleset(), checks, credits);
    }

    private static List<Limit> counting(List<Limit> limits, ChargeMode mode) {
        return mode == ChargeMode.CHECK
                ? limits
                : limits.stream().filter(limit -> limit.counts(mode)).toList();
    }

    /** The same limits and buckets for the same request at another cost. */
    Evaluation of(Admission other) {
        LimitCheck[] rechecked = new LimitCheck[checks.length];
        for (int i = 0; i < rechecked.length; i++) {
            LimitCheck check = checks[i];
            rechecked[i] = LimitCheck.of(check.limit(), check.resolved(), check.enforced(), other, check.clock());
        }
        return new Evaluation(other, ruleset, rechecked, credits);
    }

    private void add(LimitCheck check) {
        limited = true;
        if (check.admits()) {
            throttled |= check.action() == OnExceed.THROTTLE;
            graced |= check.takesGrace(admission);
            delayMillis = Math.max(delayMillis, check.delayMillis());
            return;
        }
        exceeded = true;
        OnExceed action = check.action();
        strictest = action.compareTo(strictest) > 0 ? action : strictest;
        possible &= check.isPossible() || action == OnExceed.TAG;
    }

    /** What the charges change about credits; null for nothing. */
    @Nullable CreditChange changed(Charging charging) {
        return credits.change(charging.credits());
    }

    LimitCheck[] checks() {
        return checks;
    }

    /** Whether the limits let the admission through. */
    boolean admits() {
        return !exceeded || strictest == OnExceed.TAG;
    }

    /** How long an allowed admission waits for its scheduled time; 0 where a queue only reports the delay. */
    long delayMillis() {
        return throttled || admission.maxWaitMillis() > 0 ? delayMillis : 0;
    }

    /** The reason of the answer that {@link #admits} gives. */
    Reason reason() {
        if (!admits()) {
            if (strictest == OnExceed.CHALLENGE) {
                return Reason.CHALLENGED;
            }
            return possible ? Reason.LIMIT_EXCEEDED : Reason.COST_ABOVE_CAPACITY;
        }
        if (ruleset.revision() == Ruleset.NO_REVISION) {
            return Reason.NO_RULESET;
        }
        if (admission.mode() != ChargeMode.CHECK) {
            return afterwards();
        }
        if (throttled) {
            return Reason.THROTTLED;
        }
        if (exceeded) {
            return Reason.TAGGED;
        }
        if (graced) {
            return Reason.WITHIN_GRACE;
        }
        return limited ? Reason.WITHIN_LIMITS : Reason.NO_LIMIT_APPLIES;
    }

    /** The reason where the admission accounts for what is done. */
    private Reason afterwards() {
        if (!limited) {
            return Reason.NO_LIMIT_APPLIES;
        }
        if (admission.mode() == ChargeMode.REFUND) {
            return Reason.REFUNDED;
        }
        for (LimitCheck check : checks) {
            if (check.enforced() && check.charge(admission, /* offset= */ 0).tokens() < check.cost()) {
                return Reason.CHARGED_IN_PART;
            }
        }
        return Reason.CHARGED;
    }

    /** The outcome of every limit if nothing is charged. */
    List<LimitOutcome> uncharged() {
        LimitOutcome[] outcomes = new LimitOutcome[checks.length];
        for (int i = 0; i < checks.length; i++) {
            outcomes[i] = checks[i].uncharged(admission);
        }
        return List.of(outcomes);
    }

    /** The outcome of every limit once it is charged. */
    List<LimitOutcome> charged(Charging charging) {
        LimitOutcome[] outcomes = new LimitOutcome[checks.length];
        for (int i = 0; i < checks.length; i++) {
            outcomes[i] = checks[i].charged(charging.charge(checks[i]), admission);
        }
        return List.of(outcomes);
    }
}
