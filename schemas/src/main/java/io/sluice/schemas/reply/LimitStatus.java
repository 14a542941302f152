package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The result of one limit. Waits count from the moment of the decision, in milliseconds.
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
        @Nullable ExceedAction action) {

    /** Whether this limit refused, or in shadow would have. */
    public boolean refused() {
        return retryAfterMillis == null || retryAfterMillis != 0;
    }

    /** A result to be refined: the limit is enforced, its bucket is empty, and it never lets the cost through. */
    public static Builder of(String id, String scope) {
        return new Builder().id(id).scope(scope);
    }

    /** A builder with the same values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.scope = scope;
        builder.limit = limit;
        builder.remaining = remaining;
        builder.windowMillis = windowMillis;
        builder.resetAfterMillis = resetAfterMillis;
        builder.nextTokenMillis = nextTokenMillis;
        builder.retryAfterMillis = retryAfterMillis;
        builder.delayMillis = delayMillis;
        builder.enforced = enforced;
        builder.action = action;
        return builder;
    }

    /** Sets the parts by their names, in any order: two swapped numbers would go unnoticed in a constructor. */
    public static final class Builder {
        private String id = "";
        private String scope = "";
        private long limit;
        private long remaining;
        private long windowMillis;
        private long resetAfterMillis;
        private long nextTokenMillis;
        private @Nullable Long retryAfterMillis;
        private long delayMillis;
        private boolean enforced = true;
        private @Nullable ExceedAction action;

        private Builder() {}

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder scope(String scope) {
            this.scope = scope;
            return this;
        }

        public Builder limit(long limit) {
            this.limit = limit;
            return this;
        }

        public Builder remaining(long remaining) {
            this.remaining = remaining;
            return this;
        }

        public Builder windowMillis(long windowMillis) {
            this.windowMillis = windowMillis;
            return this;
        }

        public Builder resetAfterMillis(long resetAfterMillis) {
            this.resetAfterMillis = resetAfterMillis;
            return this;
        }

        public Builder nextTokenMillis(long nextTokenMillis) {
            this.nextTokenMillis = nextTokenMillis;
            return this;
        }

        public Builder retryAfterMillis(@Nullable Long retryAfterMillis) {
            this.retryAfterMillis = retryAfterMillis;
            return this;
        }

        public Builder delayMillis(long delayMillis) {
            this.delayMillis = delayMillis;
            return this;
        }

        public Builder enforced(boolean enforced) {
            this.enforced = enforced;
            return this;
        }

        public Builder action(@Nullable ExceedAction action) {
            this.action = action;
            return this;
        }

        public LimitStatus build() {
            return new LimitStatus(
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
                    action);
        }
    }
}
