package io.sluice.engine.state;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;

/**
 * The outcome of one limit for one admission. Waits count from the moment of the decision, in milliseconds of the
 * caller.
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
 */
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
        OnExceed action) {

    /** The outcome of the limit for an admission of cost 0, with its bucket in this state; to be refined. */
    public static Builder of(Limit limit, String scope, BucketState state, PartitionClock clock) {
        Algorithm algorithm = limit.algorithm();
        Builder builder = new Builder(limit.id(), scope);
        builder.capacity = algorithm.capacity();
        builder.remaining = algorithm.remaining(state);
        builder.windowMillis = algorithm.windowMillis(state);
        builder.resetAfterMillis = clock.callersMillis(algorithm.fullAfterMillis(state));
        builder.nextTokenMillis = clock.callersMillis(algorithm.nextTokenMillis(state));
        return builder;
    }

    /** The same bucket for a cost that has to wait this long, and the limit's action on it. */
    public LimitOutcome waiting(long otherRetryAfterMillis, OnExceed otherAction) {
        return new LimitOutcome(
                limitId,
                scope,
                capacity,
                remaining,
                windowMillis,
                resetAfterMillis,
                nextTokenMillis,
                otherRetryAfterMillis,
                delayMillis,
                enforced,
                otherAction);
    }

    /** Collects the parts by name: two swapped numbers would go unnoticed. */
    public static final class Builder {
        private final String limitId;
        private final String scope;
        private long capacity;
        private long remaining;
        private long windowMillis;
        private long resetAfterMillis;
        private long nextTokenMillis;
        private long retryAfterMillis;
        private long delayMillis;
        private boolean enforced = true;
        private OnExceed action = OnExceed.DENY;

        private Builder(String limitId, String scope) {
            this.limitId = limitId;
            this.scope = scope;
        }

        public Builder retryAfterMillis(long millis) {
            retryAfterMillis = millis;
            return this;
        }

        public Builder delayMillis(long millis) {
            delayMillis = millis;
            return this;
        }

        public Builder enforced(boolean isEnforced) {
            enforced = isEnforced;
            return this;
        }

        public Builder action(OnExceed taken) {
            action = taken;
            return this;
        }

        public LimitOutcome build() {
            return new LimitOutcome(
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
                    action);
        }
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
