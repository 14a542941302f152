package io.sluice.schemas.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger found, as verdicts and decisions both tell it.
 *
 * @param code allow or deny
 * @param reasonCode machine-readable reason, such as {@code limit-exceeded}
 * @param reason the same in words
 * @param decidedAtMillis the partition's time at the decision, milliseconds since the epoch
 * @param rulesetRevision the revision that judged, 0 for none
 * @param tier the account's tier under that revision
 * @param decidingLimit the limit that the answer hangs on; null if none applies
 * @param retryAfterMillis how long until the same question would be allowed: 0 if it was, null if never
 * @param delayMillis how long an allowed admission is to be held before it goes ahead; 0 if its turn is now
 * @param replayed whether this repeats the answer to an earlier request with the same idempotency key
 * @param limits what every applying limit said, in the order of the ruleset
 * @param held what the admission holds from then on
 * @param listId the allow or deny list that answered in place of the limits; null if none did
 * @param action what was done about limits that were exceeded, other than to deny; null for nothing
 * @param tags the limits that were exceeded and let the admission through uncharged
 */
public record Judged(
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
        Held held,
        @Nullable String listId,
        @Nullable Action action,
        List<String> tags) {

    public Judged {
        limits = List.copyOf(limits);
        tags = List.copyOf(tags);
    }

    /** An answer without anything to do about limits that were exceeded. */
    public Judged(
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
            Held held,
            @Nullable String listId) {
        this(
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
                /* action= */ null,
                List.of());
    }

    /** An answer to an admission that holds nothing. */
    public Judged(
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
            List<LimitStatus> limits) {
        this(
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
                Held.NOTHING,
                null);
    }

    public boolean allowed() {
        return code == VerdictCode.ALLOW;
    }
}
