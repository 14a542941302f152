package io.sluice.schemas.reply;

import io.avaje.recordbuilder.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The result of one limit. Waits count from the moment of the decision, in milliseconds. It is built by the names of
 * its parts, in any order: two swapped numbers would go unnoticed in a constructor.
 *
 * @param id the limit
 * @param scope the value that the limit counted by: a client ID, attribute values, or empty for the account
 * @param limit the most tokens that its bucket holds
 * @param remaining tokens left: after the charge if the verdict is allow, as found otherwise
 * @param windowMillis how long an empty bucket takes to fill: {@code limit} tokens per window are sustained
 * @param resetAfterMillis how long until the bucket is full
 * @param nextTokenMillis how long until there is one token more; 0 if full
 * @param retryAfterMillis how long until this limit lets the same cost through: 0 if it did, null if it never will
 * @param delayMillis how long until the admission's scheduled time: 0 unless it queued, or was ready to wait
 * @param enforced whether the limit could refuse; one in shadow only shows what it would have done
 * @param action its action on an admission that exceeded it, other than to deny it
 * @param cost tokens that the admission wanted of it; null where that is the cost of the request
 * @param charged tokens that were taken from its bucket, below 0 if they were given back; null where {@code cost} is
 * @param creditRemaining tokens left in the bucket's open credits, which {@code remaining} contains; null if none is
 *     open
 * @param creditCharged tokens that its credits paid, below 0 if they got some back; null if none is open
 * @param debt tokens by which its bucket is below empty, or for a limit that lets through what exceeds it, all of them;
 *     null for none
 * @param graceRemaining tokens by which admissions may still exceed it; null if it has no grace
 */
@RecordBuilder
public record LimitStatus(
        String id,
        String scope,
        long limit,
        long remaining,
        long windowMillis,
        long resetAfterMillis,
        long nextTokenMillis,
        @Nullable Long retryAfterMillis,
        long delayMillis,
        boolean enforced,
        @Nullable ExceedAction action,
        @Nullable Long cost,
        @Nullable Long charged,
        @Nullable Long creditRemaining,
        @Nullable Long creditCharged,
        @Nullable Long debt,
        @Nullable Long graceRemaining) {

    /** The result of a limit whose bucket has no open credit, no debt and no grace. */
    public LimitStatus(
            String id,
            String scope,
            long limit,
            long remaining,
            long windowMillis,
            long resetAfterMillis,
            long nextTokenMillis,
            @Nullable Long retryAfterMillis,
            long delayMillis,
            boolean enforced,
            @Nullable ExceedAction action,
            @Nullable Long cost,
            @Nullable Long charged) {
        this(
                id,
                scope,
                limit,
                remaining,
                windowMillis,
                resetAfterMillis,
                nextTokenMillis,
                retryAfterMillis,
                delayMillis,
                enforced,
                action,
                cost,
                charged,
                /* creditRemaining= */ null,
                /* creditCharged= */ null,
                /* debt= */ null,
                /* graceRemaining= */ null);
    }

    /** Tokens that credits paid in place of the bucket; below 0 if they got some back. */
    public long paidByCredits() {
        return creditCharged == null ? 0 : creditCharged;
    }

    /** Whether this limit refused, or in shadow would have. */
    public boolean refused() {
        return retryAfterMillis == null || retryAfterMillis != 0;
    }

    /** A result to be refined: the limit is enforced, its bucket is empty, and it never lets the cost through. */
    public static LimitStatusBuilder of(String id, String scope) {
        return LimitStatusBuilder.builder().id(id).scope(scope).enforced(true);
    }

    /** A builder with the same values. */
    public LimitStatusBuilder toBuilder() {
        return LimitStatusBuilder.builder(this);
    }
}
