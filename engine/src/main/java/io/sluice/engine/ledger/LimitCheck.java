package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.TokenGrant;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.PartitionClock;

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
        PartitionClock clock) {

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
        Algorithm algorithm = limit.algorithm();
        BucketState found = resolved.found();
        long cost = limit.metering().costOf(admission);
        if (admission.mode() != ChargeMode.CHECK) {
            return new Draft(limit, resolved, enforced, 0, cost, clock).admitted(0);
        }
        boolean looks = cost == 0;
        long kept = looks ? 0 : limit.kept().tokensAbove(admission.priority(), algorithm.capacity());
        long waitMillis = algorithm.waitMillis(found, cost + kept);
        Draft draft = new Draft(limit, resolved, enforced, waitMillis, cost, clock);
        if (waitMillis == Algorithm.NEVER) {
            return draft.refused(Algorithm.NEVER, 0);
        }
        if (looks || !algorithm.chargesInAdvance()) {
            return waitMillis == 0 ? draft.queued() : draft.refused(draft.retryMillis(), 0);
        }
        if (admission.maxWaitMillis() > 0) {
            long delayMillis = clock.callersMillis(algorithm.delayMillis(found, cost + kept));
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
        long delayMillis = clock.callersMillis(algorithm.delayMillis(found, cost + kept));
        long tooLateMillis = delayMillis - limit.exceedPolicy().maxWaitMillis();
        return tooLateMillis <= 0
                ? draft.admitted(delayMillis)
                : draft.refused(Math.min(draft.retryMillis(), tooLateMillis), delayMillis);
    }

    /** What is known before the answer. */
    private record Draft(
            Limit limit, ResolvedBucket resolved, boolean enforced, long waitMillis, long cost, PartitionClock clock) {
        LimitCheck admitted(long delayMillis) {
            return new LimitCheck(limit, resolved, enforced, true, waitMillis, 0, delayMillis, cost, clock);
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
            return new LimitCheck(limit, resolved, enforced, false, 0, retryAfterMillis, delayMillis, cost, clock);
        }
    }

    BucketKey key() {
        return resolved.key();
    }

    BucketState found() {
        return resolved.found();
    }

    /** The action of the limit; {@link OnExceed#DENY} also where there is nothing to do. */
    OnExceed action() {
        if (admits) {
            return chargeAfterMillis > 0 ? OnExceed.THROTTLE : OnExceed.DENY;
        }
        // A scheduled time that is too far off is refused like any other.
        OnExceed action = limit.exceedPolicy().action();
        return action == OnExceed.THROTTLE ? OnExceed.DENY : action;
    }

    /** Whether any wait would help. */
    boolean isPossible() {
        return retryAfterMillis != Algorithm.NEVER;
    }

    /**
     * Tokens that the admission takes once it is allowed, or below 0 those that it gives back. A limit in shadow that
     * would refuse is not charged: it counts what it would have let through.
     */
    long tokens(Admission admission) {
        return switch (admission.mode()) {
            case CHECK -> admits ? cost : 0;
            case CHARGE ->
                Math.min(
                        cost,
                        limit.algorithm().chargeable(found(), limit.metering().overdraft()));
            case REFUND ->
                found().usedTokens() == 0 || !isRefundable(admission) ? 0 : given().usedTokens() - found().usedTokens();
        };
    }

    /** What a limit computes by itself does not change with what a caller keeps of a reservation. */
    boolean isHeld() {
        return limit.algorithm() instanceof Concurrency || !limit.metering().hasOwnCost();
    }

    /** What is missing from a bucket that accounts share may be another one's. */
    private boolean isRefundable(Admission admission) {
        return limit.metering().refunds() && key().account().equals(admission.account());
    }

    private BucketState given() {
        return TokenGrant.granted(found(), cost);
    }

    /** The bucket once the admission is charged, or has given its tokens back. */
    BucketState charged(Admission admission, long offset) {
        Algorithm algorithm = limit.algorithm();
        if (admission.mode() == ChargeMode.CHARGE) {
            return algorithm.debited(found(), tokens(admission), offset);
        }
        if (admission.mode() == ChargeMode.REFUND) {
            return given();
        }
        BucketState charged = algorithm.chargedInAdvance(found(), cost, offset, chargeAfterMillis);
        boolean comesBack =
                admission.reserveMillis() > 0 && isHeld() && key().account().equals(admission.account());
        return comesBack ? algorithm.held(charged, offset, chargeAfterMillis) : charged;
    }

    /** The outcome of the limit with its bucket in this state, after so many tokens were charged. */
    LimitOutcome outcome(BucketState left, Admission admission, long charged) {
        boolean metered =
                admission.mode() != ChargeMode.CHECK || limit.metering().hasOwnCost();
        return LimitOutcome.of(limit, key().scope(), left, clock)
                .retryAfterMillis(retryAfterMillis)
                .delayMillis(delayMillis)
                .enforced(enforced)
                .action(action())
                .metered(metered ? new MeteredCharge(cost, charged) : null)
                .build();
    }
}
