package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * What one limit said. Waits count from the moment of the decision, in milliseconds.
 *
 * @param id the limit
 * @param scope the value that the limit counted by: a client ID, attribute values, or empty for the account
 * @param limit the most tokens that its bucket holds
 * @param remaining tokens left: after the charge if the verdict is allow, as found otherwise
 * @param windowMillis how long an empty bucket takes to fill: {@code limit} tokens per window are sustained
 * @param resetAfterMillis how long until the bucket is full
 * @param nextTokenMillis how long until there is one token more; 0 if full
 * @param retryAfterMillis how long until this limit lets the same cost through: 0 if it did, null if it never will
 * @param delayMillis how long this limit asks to hold the admission before it goes ahead; 0 unless it queued
 * @param enforced whether the limit could refuse; one in shadow only shows what it would have done
 */
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
        boolean enforced) {

    /** Whether this limit refused, or in shadow would have. */
    public boolean refused() {
        return retryAfterMillis == null || retryAfterMillis != 0;
    }
}
