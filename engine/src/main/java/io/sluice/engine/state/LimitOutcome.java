package io.sluice.engine.state;

import io.avaje.recordbuilder.RecordBuilder;
import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.credit.BucketCredits;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one limit for one admission. Waits count from the moment of the decision, in milliseconds of the
 * caller. A builder names its parts, because swapped numbers would go unnoticed in a constructor.
 *
 * @param limitId the limit
 * @param scope the bucket's scope value
 * @param capacity the most tokens that the bucket holds
 * @param remaining tokens left: after the charge if the admission was allowed, as found otherwise
 * @param windowMillis how long an empty bucket takes to fill
 * @param resetAfterMillis how long until the bucket is full
 * @param nextTokenMillis how long until there is one token more; 0 if full
 * @param retryAfterMillis how long until this limit would let the same request through: 0 if it did,
 *     {@link Algorithm#NEVER} if it never will
 * @param delayMillis how long until the admission's scheduled time: 0 unless it queued, or may wait
 * @param enforced whether the limit could refuse; otherwise it only reports what it would have done
 * @param action what the limit did about an admission that exceeds it: {@link OnExceed#THROTTLE} if it was charged in
 *     advance; {@link OnExceed#DENY} also where there was nothing to do
 * @param metered what it was charged; null where that is the cost of the admission, or nothing since it was refused
 * @param credit what the bucket's credits did, which {@code remaining} and {@code metered} contain; null if none is
 *     open
 * @param debt how far the bucket is below empty; null if it is not, and has no grace
 */
@RecordBuilder
public record LimitOutcome(
        String limitId,
        String scope,
        long capacity,
        long remaining,
        long windowMillis,
        long resetAfterMillis,
        long nextTokenMillis,
        long retryAfterMillis,
        long delayMillis,
        boolean enforced,
        OnExceed action,
        @Nullable MeteredCharge metered,
        @Nullable CreditStatus credit,
        @Nullable DebtStatus debt) {

    /** The outcome of a limit whose bucket has no credits. */
    public LimitOutcome(
            String limitId,
            String scope,
            long capacity,
            long remaining,
            long windowMillis,
            long resetAfterMillis,
            long nextTokenMillis,
            long retryAfterMillis,
            long delayMillis,
            boolean enforced,
            OnExceed action,
            @Nullable MeteredCharge metered) {
        this(
                limitId,
                scope,
                capacity,
                remaining,
                windowMillis,
                resetAfterMillis,
                nextTokenMillis,
                retryAfterMillis,
                delayMillis,
                enforced,
                action,
                metered,
                /* credit= */ null,
                /* debt= */ null);
    }

    /** The outcome of the limit for an admission of cost 0, with its bucket in this state; to be refined. */
    public static LimitOutcomeBuilder of(Limit limit, String scope, BucketState state, PartitionClock clock) {
        Algorithm algorithm = limit.algorithm();
        return LimitOutcomeBuilder.builder()
                .limitId(limit.id())
                .scope(scope)
                .capacity(algorithm.capacity())
                .remaining(algorithm.remaining(state))
                .windowMillis(algorithm.windowMillis(state))
                .resetAfterMillis(clock.callersMillis(algorithm.fullAfterMillis(state)))
                .nextTokenMillis(clock.callersMillis(algorithm.nextTokenMillis(state)))
                .enforced(true)
                .action(OnExceed.DENY)
                .debt(DebtStatus.of(limit, state));
    }

    /** The outcome of the limit for an admission of cost 0, with its bucket and its credits in this state. */
    public static LimitOutcomeBuilder of(
            Limit limit, String scope, BucketState state, BucketCredits credits, PartitionClock clock) {
        LimitOutcomeBuilder outcome = of(limit, scope, state, clock);
        if (credits.isNone()) {
            return outcome;
        }
        long nextMillis = Math.min(limit.algorithm().nextTokenMillis(state), credits.beginsAfterMillis());
        return outcome.remaining(limit.algorithm().remaining(state) + credits.left())
                .nextTokenMillis(clock.callersMillis(nextMillis))
                .credit(CreditStatus.of(credits));
    }

    /** What a limit has, and the state of the bucket that counts all that exceeds it. */
    public static @Nullable DebtStatus debt(Limit limit, BucketState overageState) {
        Limit overage = limit.overage();
        return overage == null ? null : DebtStatus.of(limit, overage, overageState);
    }

    /** The same bucket for a cost that has to wait this long, and the limit's action on it. */
    public LimitOutcome waiting(
            long otherRetryAfterMillis, OnExceed otherAction, @Nullable MeteredCharge otherMetered) {
        return LimitOutcomeBuilder.builder(this)
                .metered(otherMetered)
                .retryAfterMillis(otherRetryAfterMillis)
                .action(otherAction)
                .build();
    }

    /** The same with another debt. */
    public LimitOutcome owing(@Nullable DebtStatus otherDebt) {
        return LimitOutcomeBuilder.builder(this).debt(otherDebt).build();
    }

    /** The same once the bucket was charged what this says as well as what an earlier outcome says. */
    public LimitOutcome after(LimitOutcome earlier) {
        if (metered == null && credit == null) {
            return this;
        }
        return LimitOutcomeBuilder.builder(this)
                .metered(metered == null || earlier.metered == null ? metered : metered.plus(earlier.metered))
                .credit(credit == null || earlier.credit == null ? credit : credit.plus(earlier.credit))
                .build();
    }

    /** Whether it is enforced, and was exceeded without refusing. */
    public boolean tagged() {
        return enforced && refused() && action == OnExceed.TAG;
    }

    /** Whether this limit would have refused the admission; only one that is enforced did. */
    public boolean refused() {
        return retryAfterMillis != 0;
    }
}
