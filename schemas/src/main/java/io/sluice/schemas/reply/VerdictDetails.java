package io.sluice.schemas.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's result, as both verdicts and decisions have it.
 *
 * @param code allow or deny
 * @param reasonCode machine-readable reason, such as {@code limit-exceeded}
 * @param reason the same as text
 * @param decidedAtMillis the partition's time at the decision, milliseconds since the epoch
 * @param rulesetRevision the revision that decided, 0 for none
 * @param tier the account's tier under that revision
 * @param decidingLimit the limit that the answer depends on; null if none applies
 * @param retryAfterMillis how long until the same request would be allowed: 0 if it was, null if never
 * @param delayMillis how long an allowed admission must wait before it proceeds; 0 if its scheduled time is now
 * @param replayed whether this repeats the answer to an earlier request with the same idempotency key
 * @param limits the result of every applying limit, in the order of the ruleset
 * @param held the holds of the admission from then on
 * @param listId the allow or deny list that answered in place of the limits; null if none did
 * @param action the action on limits that were exceeded, other than to deny; null for none
 * @param tags the limits that were exceeded and let the admission through uncharged
 */
public record VerdictDetails(
        VerdictCode code,
        String reasonCode,
        String reason,
        long decidedAtMillis,
        long rulesetRevision,
        String tier,
        @Nullable LimitStatus decidingLimit,
        @Nullable Long retryAfterMillis,
        long delayMillis,
        boolean replayed,
        List<LimitStatus> limits,
        HoldNames held,
        @Nullable String listId,
        @Nullable ExceedAction action,
        List<String> tags) {

    public VerdictDetails {
        limits = List.copyOf(limits);
        tags = List.copyOf(tags);
    }

    public boolean allowed() {
        return code == VerdictCode.ALLOW;
    }

    /** An answer without limits and holds, to be refined. */
    public static Builder of(VerdictCode code) {
        return new Builder(code);
    }

    /** A builder with the same values. */
    public Builder toBuilder() {
        Builder builder = new Builder(code);
        builder.reasonCode = reasonCode;
        builder.reason = reason;
        builder.decidedAtMillis = decidedAtMillis;
        builder.rulesetRevision = rulesetRevision;
        builder.tier = tier;
        builder.decidingLimit = decidingLimit;
        builder.retryAfterMillis = retryAfterMillis;
        builder.delayMillis = delayMillis;
        builder.replayed = replayed;
        builder.limits = limits;
        builder.held = held;
        builder.listId = listId;
        builder.action = action;
        builder.tags = tags;
        return builder;
    }

    /** Sets the parts by their names, in any order: two swapped numbers would go unnoticed in a constructor. */
    public static final class Builder {
        private VerdictCode code;
        private String reasonCode = "";
        private String reason = "";
        private long decidedAtMillis;
        private long rulesetRevision;
        private String tier = "";
        private @Nullable LimitStatus decidingLimit;
        private @Nullable Long retryAfterMillis;
        private long delayMillis;
        private boolean replayed;
        private List<LimitStatus> limits = List.of();
        private HoldNames held = HoldNames.NOTHING;
        private @Nullable String listId;
        private @Nullable ExceedAction action;
        private List<String> tags = List.of();

        private Builder(VerdictCode code) {
            this.code = code;
        }

        public Builder code(VerdictCode code) {
            this.code = code;
            return this;
        }

        public Builder reasonCode(String reasonCode) {
            this.reasonCode = reasonCode;
            return this;
        }

        public Builder reason(String reason) {
            this.reason = reason;
            return this;
        }

        public Builder decidedAtMillis(long decidedAtMillis) {
            this.decidedAtMillis = decidedAtMillis;
            return this;
        }

        public Builder rulesetRevision(long rulesetRevision) {
            this.rulesetRevision = rulesetRevision;
            return this;
        }

        public Builder tier(String tier) {
            this.tier = tier;
            return this;
        }

        public Builder decidingLimit(@Nullable LimitStatus decidingLimit) {
            this.decidingLimit = decidingLimit;
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

        public Builder replayed(boolean replayed) {
            this.replayed = replayed;
            return this;
        }

        public Builder limits(List<LimitStatus> limits) {
            this.limits = limits;
            return this;
        }

        public Builder held(HoldNames held) {
            this.held = held;
            return this;
        }

        public Builder listId(@Nullable String listId) {
            this.listId = listId;
            return this;
        }

        public Builder action(@Nullable ExceedAction action) {
            this.action = action;
            return this;
        }

        public Builder tags(List<String> tags) {
            this.tags = tags;
            return this;
        }

        public VerdictDetails build() {
            return new VerdictDetails(
                    code,
                    reasonCode,
                    reason,
                    decidedAtMillis,
                    rulesetRevision,
                    tier,
                    decidingLimit,
                    retryAfterMillis,
                    delayMillis,
                    replayed,
                    limits,
                    held,
                    listId,
                    action,
                    tags);
        }
    }
}
