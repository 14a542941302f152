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
import io.sluice.engine.wide.WideName;
import io.sluice.engine.wide.WideStatement;
import io.sluice.engine.wide.WideStatements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The check of every limit that applies to one admission, and the resulting action: the strictest one of the limits
 * that are enforced and exceeded. Nothing is charged yet.
 */
final class Evaluation {
    private final Admission admission;
    private final Ruleset ruleset;
    private final LimitCheck[] checks;
    private final AccountCredits credits;
    private final List<WideCheck> wides;
    private final List<WideName> missing;
    private final boolean wideLend;
    private OnExceed strictest = OnExceed.TAG;
    private boolean limited;
    private boolean exceeded;
    private boolean throttled;
    private boolean graced;
    private boolean possible = true;
    private long delayMillis;

    private Evaluation(Admission admission, Ruleset ruleset, LimitCheck[] checks, AccountCredits credits, Wide wide) {
        this.credits = credits;
        this.wides = wide.checks();
        this.missing = wide.missing();
        this.wideLend = wide.lend();
        this.admission = admission;
        this.ruleset = ruleset;
        this.checks = checks;
        for (LimitCheck check : checks) {
            if (check.enforced()) {
                add(check);
            }
        }
        for (WideCheck check : wides) {
            if (check.enforced()) {
                addAny(check);
            }
        }
    }

    /**
     * The limits whose buckets are elsewhere.
     *
     * @param missing names of those that nothing is known of, in the order of the ruleset
     * @param lend whether all of them would lend; not where an owner does not know its limit
     */
    private record Wide(List<WideCheck> checks, List<WideName> missing, boolean lend) {
        static final Wide NONE = new Wide(List.of(), List.of(), /* lend= */ true);
    }

    /** Checks every limit that applies but the wide ones, at the moment of the credits. */
    static Evaluation of(
            Admission admission,
            AccountTimeline timeline,
            BucketResolver resolver,
            PartitionClock clock,
            AccountCredits credits) {
        return new Evaluator(timeline, resolver, clock, credits).evaluation(admission, WideStatements.UNASKED);
    }

    /** The state that an evaluation reads, in addition to the admission. */
    record Evaluator(AccountTimeline timeline, BucketResolver resolver, PartitionClock clock, AccountCredits credits) {
        /** Checks every limit that applies; wide ones by what their owners said. */
        Evaluation evaluation(Admission admission, WideStatements statements) {
            List<Limit> limits = counting(timeline.limitsFor(admission), admission.mode());
            if (!timeline.ruleset().hasWideLimits()) {
                return new Evaluation(admission, timeline.ruleset(), checks(admission, limits), credits, Wide.NONE);
            }
            List<Limit> own = new ArrayList<>(limits.size());
            List<WideCheck> wides = new ArrayList<>();
            List<WideName> missing = new ArrayList<>();
            boolean lend = true;
            for (Limit limit : limits) {
                if (!limit.isWide()) {
                    own.add(limit);
                    continue;
                }
                WideName name = new WideName(limit.id(), limit.scope().valueIn(admission));
                WideStatement statement = statements.of(name);
                lend &= LeaseGrants.isLeasable(limit) && (statement == null || statement.isKnown());
                if (statement != null && statement.isKnown()) {
                    wides.add(new WideCheck(
                            limit, statement, limit.isEnforcedFor(admission.account()), /* place= */ own.size()));
                } else if (statement == null && statements.asks()) {
                    missing.add(name);
                }
            }
            return new Evaluation(
                    admission, timeline.ruleset(), checks(admission, own), credits, new Wide(wides, missing, lend));
        }

        private LimitCheck[] checks(Admission admission, List<Limit> limits) {
            LimitCheck[] checks = new LimitCheck[limits.size()];
            for (int i = 0; i < checks.length; i++) {
                Limit limit = limits.get(i);
                ResolvedBucket found = resolver.resolved(limit, admission, timeline, credits.nowMillis());
                ResolvedBucket resolved =
                        credits.credits().isEmpty() ? found : found.with(credits.of(limit, found.key()));
                checks[i] = LimitCheck.of(limit, resolved, limit.isEnforcedFor(admission.account()), admission, clock);
            }
            return checks;
        }
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
        return new Evaluation(other, ruleset, rechecked, credits, new Wide(wides, missing, wideLend));
    }

    private void add(LimitCheck check) {
        if (check.admits()) {
            throttled |= check.action() == OnExceed.THROTTLE;
            graced |= check.takesGrace(admission);
            delayMillis = Math.max(delayMillis, check.delayMillis());
        }
        addAny(check);
    }

    private void addAny(CheckedLimit check) {
        limited = true;
        if (check.admits()) {
            return;
        }
        exceeded = true;
        OnExceed action = check.action();
        strictest = action.compareTo(strictest) > 0 ? action : strictest;
        possible &= check.isPossible() || action == OnExceed.TAG;
    }

    /** Wide buckets that have to be charged before the limits can let the admission through. */
    List<WideName> missing() {
        return missing;
    }

    /** Limits whose owners have made their statements. */
    List<WideCheck> wides() {
        return wides;
    }

    /** Whether wide limits that apply would lend, as far as their rules say. */
    boolean wideLend() {
        return wideLend;
    }

    /** Whether an enforced limit for which this holds refuses, other than by a tag. */
    boolean isRefusedBy(Predicate<String> limitId) {
        return Stream.concat(Arrays.stream(checks), wides.stream())
                .anyMatch(check -> check.refuses() && limitId.test(check.limit().id()));
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
        for (WideCheck check : wides) {
            if (check.enforced()
                    && check.statement().charged() < check.statement().cost()) {
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
        return wides.isEmpty() ? List.of(outcomes) : withWide(outcomes, check -> check.uncharged(admission));
    }

    /** The outcome of every limit once it is charged. */
    List<LimitOutcome> charged(Charging charging) {
        LimitOutcome[] outcomes = new LimitOutcome[checks.length];
        for (int i = 0; i < checks.length; i++) {
            outcomes[i] = checks[i].charged(charging.charge(checks[i]), admission);
        }
        return wides.isEmpty() ? List.of(outcomes) : withWide(outcomes, check -> check.charged(admission));
    }

    /** All outcomes in the order of the ruleset. */
    private List<LimitOutcome> withWide(LimitOutcome[] own, Function<WideCheck, LimitOutcome> outcome) {
        List<LimitOutcome> all = new ArrayList<>(own.length + wides.size());
        int next = 0;
        for (WideCheck check : wides) {
            while (next < check.place()) {
                all.add(own[next++]);
            }
            all.add(outcome.apply(check));
        }
        all.addAll(List.of(own).subList(next, own.length));
        return all;
    }
}
