package io.sluice.schemas.reply;

import io.avaje.recordbuilder.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's result, as both verdicts and decisions have it. It is built by the names of its parts, in any order: two
 * swapped numbers would go unnoticed in a constructor.
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
 * @param uncharged tokens that were used, and that the limit with the least room could not be charged
 * @param routeTemplate the most precise path template of the limits that applied; null for none. Only records of the
 *     decision topic have it
 * @param penalty the penalty that answered in place of the limits, or scaled them down, or would have; null for none
 */
@RecordBuilder(getters = true)
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
        List<String> tags,
        long uncharged,
        @Nullable String routeTemplate,
        @Nullable Penalty penalty) {

    public VerdictDetails {
        limits = List.copyOf(limits);
        tags = List.copyOf(tags);
    }

    public boolean allowed() {
        return code == VerdictCode.ALLOW;
    }

    /** Whether it is allowed, to be held until its scheduled time. */
    public boolean throttled() {
        return allowed() && action == ExceedAction.THROTTLE;
    }

    /** An answer without limits and holds, to be refined. */
    public static VerdictDetailsBuilder of(VerdictCode code) {
        return VerdictDetailsBuilder.builder()
                .code(code)
                .reasonCode("")
                .reason("")
                .tier("")
                .held(HoldNames.NOTHING);
    }

    /** A builder with the same values. */
    public VerdictDetailsBuilder toBuilder() {
        return VerdictDetailsBuilder.builder(this);
    }
}
