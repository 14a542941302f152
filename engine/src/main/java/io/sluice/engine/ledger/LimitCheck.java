package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.TokenGrant;
import io.sluice.engine.credit.BucketCredits;
import io.sluice.engine.credit.BucketCredits.Share;
import io.sluice.engine.credit.CreditCharge;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.LimitOutcomeBuilder;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.PartitionClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One limit checked for one admission, before anything is charged.
 *
 * @param resolved the bucket as it stands now
 * @param enforced whether the limit may refuse this account
 * @param admits whether the limit lets the cost through and is charged, now or in advance
 * @param chargeAfterMillis when the tokens that it would charge will be there; 0 for now
 * @param retryAfterMillis how long a caller waits until it would admit the same request; 0 if it does
 * @param delayMillis how long it asks the caller to delay the admission
 * @param cost tokens that the admission wants of this limit
 * @param share how many of them credits pay, if it is admitted
 * @param clock converts a wait in the bucket's time into one in the caller's
 */
record LimitCheck(
        Limit limit,
        ResolvedBucket resolved,
        boolean enforced,
        boolean admits,
        long chargeAfterMillis,
        long retryAfterMillis,
        long delayMillis,
        long cost,
        Share share,
        PartitionClock clock)
        implements CheckedLimit {

    /*
     * Four times, each from the one before, and all but the charge in the caller's time:
     *
     *   wait       until the cost is there, and what is kept for higher priorities beside it
     *   delay      until the scheduled time if it is charged now: the wait, or in a queue when all before it have left
     *   patience   how long the delay may be: the caller's maximum wait, or else that of a limit that throttles
     *   retry      until the same request would be admitted; a scheduled time comes nearer by 1 ms each ms, so it is
     *              delay - patience
     */
    static LimitCheck of(
            Limit limit, ResolvedBucket resolved, boolean enforced, Admission admission, PartitionClock clock) {
        LimitCheck now = now(limit, resolved, enforced, admission, clock);
        return now.admits || resolved.credits().isNone() ? now : now.retriedWithCredits(admission);
    }

    /** The check with the credits that count now, as if none began or ended later. */
    private static LimitCheck now(
            Limit limit, ResolvedBucket resolved, boolean enforced, Admission admission, PartitionClock clock) {
        Algorithm algorithm = limit.algorithm();
        BucketState found = resolved.found();
        long cost = limit.metering().costOf(admission);
        if (admission.mode() != ChargeMode.CHECK) {
            return new Draft(limit, resolved, enforced, 0, cost, Share.NONE, clock).admitted(0);
        }
        long kept = cost == 0 ? 0 : limit.kept().tokensAbove(admission.priority(), algorithm.capacity());
        Share share = resolved.credits().share(cost, Math.max(0, algorithm.remaining(found) - kept));
        // The bucket, and the tokens that it keeps for priorities, only matter for the part that credits do not pay.
        long own = cost - share.tokens();
        algorithm = kept == 0 ? withGrace(limit) : algorithm;
        boolean looks = own == 0;
        long wanted = looks ? 0 : own + kept;
        long waitMillis = algorithm.waitMillis(found, wanted);
        Draft draft = new Draft(limit, resolved, enforced, waitMillis, cost, share, clock);
        if (waitMillis == Algorithm.NEVER) {
            return draft.refused(Algorithm.NEVER, 0);
        }
        if (looks || !algorithm.chargesInAdvance()) {
            return waitMillis == 0 ? draft.queued() : draft.refused(draft.retryMillis(), 0);
        }
        if (admission.maxWaitMillis() > 0) {
            long delayMillis = clock.callersMillis(algorithm.delayMillis(found, wanted));
            boolean inTime = delayMillis <= admission.maxWaitMillis();
            if (inTime && (waitMillis == 0 || limit.exceedPolicy().action() != OnExceed.TAG)) {
                return draft.admitted(delayMillis);
            }
            return draft.refused(inTime ? draft.retryMillis() : delayMillis - admission.maxWaitMillis(), delayMillis);
        }
        if (waitMillis == 0) {
            return draft.queued();
        }
        if (limit.exceedPolicy().action() != OnExceed.THROTTLE || admission.maxWaitMillis() == Admission.AT_ONCE) {
            return draft.refused(draft.retryMillis(), 0);
        }
        long delayMillis = clock.callersMillis(algorithm.delayMillis(found, wanted));
        long tooLateMillis = delayMillis - limit.exceedPolicy().maxWaitMillis();
        return tooLateMillis <= 0
                ? draft.admitted(delayMillis)
                : draft.refused(Math.min(draft.retryMillis(), tooLateMillis), delayMillis);
    }

    /**
     * The same refusal, with the wait until the first moment at which the bucket and the credits that count then are
     * enough. Between two moments at which a credit begins or ends, the wait is that of the bucket alone.
     */
    private LimitCheck retriedWithCredits(Admission admission) {
        long nowMillis = resolved.credits().nowMillis();
        long retryMillis = retryAfterMillis;
        for (long changeMillis : resolved.credits().changesMillis()) {
            long untilMillis = clock.callersMillis(changeMillis - nowMillis);
            if (retryMillis != Algorithm.NEVER && retryMillis < untilMillis) {
                break;
            }
            ResolvedBucket then = resolved.at(limit.algorithm(), changeMillis);
            LimitCheck check = now(limit, then, enforced, admission, PartitionClock.at(changeMillis));
            retryMillis = check.retryAfterMillis == Algorithm.NEVER
                    ? Algorithm.NEVER
                    : clock.callersMillis(changeMillis - nowMillis + check.retryAfterMillis);
        }
        return new LimitCheck(
                limit, resolved, enforced, false, 0, capped(retryMillis), delayMillis, cost, share, clock);
    }

    private static long capped(long retryMillis) {
        return retryMillis == Algorithm.NEVER ? retryMillis : Math.min(retryMillis, Algorithm.WAIT_MILLIS_MAX);
    }

    /** The limit with its grace as additional capacity; tokens kept for higher priorities stay kept. */
    private static Algorithm withGrace(Limit limit) {
        long grace = limit.grace();
        return grace == 0 ? limit.algorithm() : limit.algorithm().widened(grace);
    }

    /** What is known before the answer. */
    private record Draft(
            Limit limit,
            ResolvedBucket resolved,
            boolean enforced,
            long waitMillis,
            long cost,
            Share share,
            PartitionClock clock) {
        LimitCheck admitted(long delayMillis) {
            return new LimitCheck(limit, resolved, enforced, true, waitMillis, 0, delayMillis, cost, share, clock);
        }

        /** Admitted, for as long as its algorithm makes it queue. */
        LimitCheck queued() {
            return admitted(clock.callersMillis(limit.algorithm().delayMillis(resolved.found())));
        }

        /** How long until the cost is there. */
        long retryMillis() {
            return clock.callersMillis(waitMillis);
        }

        LimitCheck refused(long retryAfterMillis, long delayMillis) {
            return new LimitCheck(
                    limit, resolved, enforced, false, 0, retryAfterMillis, delayMillis, cost, share, clock);
        }
    }

    /** Whether the admission exceeds the limit, and is admitted because of its grace. */
    boolean takesGrace(Admission admission) {
        if (!admits || admission.mode() != ChargeMode.CHECK || limit.grace() == 0) {
            return false;
        }
        BucketState then = limit.algorithm().at(found(), found().atMillis() + chargeAfterMillis);
        return cost - share.tokens() > limit.algorithm().remaining(then);
    }

    /** Whether admissions like this one may exceed the limit, and still further. */
    boolean hasGraceLeft(Admission admission) {
        Algorithm algorithm = limit.algorithm();
        return limit.grace() > 0
                && limit.kept().tokensAbove(admission.priority(), algorithm.capacity()) == 0
                && limit.grace() + algorithm.balance(found()) > 0;
    }

    BucketKey key() {
        return resolved.key();
    }

    BucketState found() {
        return resolved.found();
    }

    @Override
    public OnExceed action() {
        if (admits) {
            return chargeAfterMillis > 0 ? OnExceed.THROTTLE : OnExceed.DENY;
        }
        // A scheduled time that is too far off is refused like any other.
        OnExceed action = limit.exceedPolicy().action();
        return action == OnExceed.THROTTLE ? OnExceed.DENY : action;
    }

    @Override
    public boolean isPossible() {
        return retryAfterMillis != Algorithm.NEVER;
    }

    /**
     * What a limit is charged.
     *
     * @param own tokens that are taken from the bucket, or below 0 given back to it
     * @param credits what its credits pay, or get back
     * @param left the bucket afterwards
     * @param overage the bucket that counts all that exceeds the limit, afterwards; null if none does
     */
    record LimitCharge(
            long own,
            List<CreditCharge> credits,
            BucketState left,
            @Nullable BucketState overage) {
        LimitCharge(long own, List<CreditCharge> credits, BucketState left) {
            this(own, credits, left, /* overage= */ null);
        }

        LimitCharge with(BucketState itsOverage) {
            return new LimitCharge(own, credits, left, itsOverage);
        }

        /** All tokens, of the bucket and of credits. */
        long tokens() {
            return own + CreditCharge.sum(credits);
        }
    }

    /**
     * What the admission takes or gives back once it is allowed. A limit in shadow that would refuse is not charged: it
     * counts what it would have let through.
     *
     * @param offset the request's offset in the log: distinguishes this charge from others to the same bucket
     */
    LimitCharge charge(Admission admission, long offset) {
        LimitCharge charge = switch (admission.mode()) {
            case CHECK -> admits ? checked(admission, offset) : new LimitCharge(0, List.of(), found());
            case CHARGE -> done(offset);
            case REFUND -> isRefundable(admission) ? refunded() : new LimitCharge(0, List.of(), found());
        };
        ResolvedBucket overage = resolved.overage();
        return overage == null ? charge : charge.with(overage(overage.found(), charge, admission, offset));
    }

    /** The bucket that counts all that exceeds the limit: charged what the limit is, and what it would refuse. */
    private BucketState overage(BucketState before, LimitCharge charge, Admission admission, long offset) {
        Limit overage = limit.overage();
        boolean isWhole = admission.mode() == ChargeMode.CHARGE || (admission.mode() == ChargeMode.CHECK && !admits);
        long wanted = isWhole ? cost - CreditCharge.sum(charge.credits()) : charge.own();
        if (overage == null || wanted == 0) {
            return before;
        }
        if (wanted < 0) {
            return before.usedTokens() == 0 ? before : TokenGrant.granted(before, -wanted);
        }
        Algorithm algorithm = overage.algorithm();
        long tokens =
                Math.min(wanted, algorithm.chargeable(before, overage.metering().overdraft()));
        if (tokens == 0) {
            return before;
        }
        BucketState after = algorithm.debited(before, tokens, offset);
        return comesBack(admission) ? algorithm.held(after, offset, /* afterMillis= */ 0) : after;
    }

    private boolean comesBack(Admission admission) {
        return admission.reserveMillis() > 0 && isHeld() && key().account().equals(admission.account());
    }

    private LimitCharge checked(Admission admission, long offset) {
        long own = cost - share.tokens();
        List<CreditCharge> credits = resolved.credits().taken(share);
        if (own == 0) {
            return new LimitCharge(0, credits, found());
        }
        Algorithm algorithm = withGrace(limit);
        BucketState charged = algorithm.chargedInAdvance(found(), own, offset, chargeAfterMillis);
        return new LimitCharge(
                own, credits, comesBack(admission) ? algorithm.held(charged, offset, chargeAfterMillis) : charged);
    }

    /** Credits come before debt. */
    private LimitCharge done(long offset) {
        Algorithm algorithm = limit.algorithm();
        Share paid = resolved.credits().share(cost, algorithm.remaining(found()));
        long own = Math.min(cost - paid.tokens(), algorithm.chargeable(found(), limit.debtMax()));
        return new LimitCharge(
                own, resolved.credits().taken(paid), own == 0 ? found() : algorithm.debited(found(), own, offset));
    }

    /** In the opposite order of use: credits after the limit's own tokens, the bucket, then credits before them. */
    private LimitCharge refunded() {
        List<CreditCharge> credits = new ArrayList<>(resolved.credits().givenBack(cost, /* toFirst= */ false));
        long left = cost + CreditCharge.sum(credits);
        BucketState given = left == 0 || found().usedTokens() == 0 ? found() : TokenGrant.granted(found(), left);
        long own = given.usedTokens() - found().usedTokens();
        credits.addAll(resolved.credits().givenBack(left + own, /* toFirst= */ true));
        return new LimitCharge(own, credits, given);
    }

    /** A cost that the limit computes does not depend on what a caller keeps of a reservation. */
    boolean isHeld() {
        return limit.algorithm() instanceof Concurrency || !limit.metering().hasOwnCost();
    }

    /** The missing tokens of a shared bucket may be those of another account. */
    private boolean isRefundable(Admission admission) {
        return limit.metering().refunds() && key().account().equals(admission.account());
    }

    /** The outcome of the limit if nothing is charged. */
    LimitOutcome uncharged(Admission admission) {
        ResolvedBucket overage = resolved.overage();
        return outcome(found(), resolved.credits(), overage == null ? null : overage.found(), admission, 0);
    }

    /** The outcome of the limit once it is charged. */
    LimitOutcome charged(LimitCharge charge, Admission admission) {
        BucketCredits credits = resolved.credits().after(CreditCharge.sum(charge.credits()));
        return outcome(charge.left(), credits, charge.overage(), admission, charge.tokens());
    }

    private LimitOutcome outcome(
            BucketState left, BucketCredits credits, @Nullable BucketState overage, Admission admission, long charged) {
        boolean metered =
                admission.mode() != ChargeMode.CHECK || limit.metering().hasOwnCost();
        LimitOutcomeBuilder outcome = LimitOutcome.of(limit, key().scope(), left, credits, clock);
        return (overage == null ? outcome : outcome.debt(LimitOutcome.debt(limit, overage)))
                .retryAfterMillis(retryAfterMillis)
                .delayMillis(delayMillis)
                .enforced(enforced)
                .action(action())
                .metered(metered ? new MeteredCharge(cost, charged) : null)
                .build();
    }
}
