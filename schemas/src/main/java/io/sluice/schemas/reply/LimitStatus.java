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
 * @param delayMillis how long until the admission's turn: 0 unless it queued, or was ready to wait
 * @param enforced whether the limit could refuse; one in shadow only shows what it would have done
 * @param action what it did about an admission that exceeded it, other than to deny it
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
        boolean enforced,
        @Nullable Action action) {

    /** What a limit said that denies what exceeds it. */
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
            boolean enforced) {
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
                /* action= */ null);
    }

    /** Whether this limit refused, or in shadow would have. */
    public boolean refused() {
        return retryAfterMillis == null || retryAfterMillis != 0;
    }
}
