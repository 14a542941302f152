package io.sluice.schemas.usage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one record of the decision topic that usage needs.
 *
 * @param kind which record it is
 * @param account the account that it concerns
 * @param clientIds the clients whose requests it answers; those of all checks of a batch
 * @param address the caller's address, if the request has one
 * @param labels the values by which its counts are grouped
 * @param outcome the answer to its requests, one for all of them
 * @param allowed requests that were allowed
 * @param denied requests that were denied
 * @param cost tokens that its requests asked for; of a lease report, those that its allowed requests took
 * @param charged tokens taken from each limit that applies; negative if it gave tokens back
 * @param answers what each limit said; of a settlement or lease report, the limits that took or get tokens
 * @param holdId the reservation that it opens or ends; null for none
 */
public record DecisionCounts(
        Kind kind,
        String account,
        List<String> clientIds,
        @Nullable String address,
        Labels labels,
        UsageOutcome outcome,
        long allowed,
        long denied,
        long cost,
        long charged,
        List<LimitAnswer> answers,
        @Nullable String holdId) {

    /** Limits that refill in less have no level: an alert about the next minutes would come too late. */
    public static final long LEVEL_WINDOW_MILLIS_MIN = 3_600_000;

    /** The kinds of records. */
    public enum Kind {
        ADMISSION,
        BATCH,
        LEASE,
        LEASE_REPORT,
        SETTLEMENT
    }

    /**
     * The values by which counts are grouped, in addition to limit and outcome.
     *
     * @param tier the account's tier; empty if the record has none
     * @param routeTemplate the most precise path template of the limits that applied; empty for none
     */
    public record Labels(String tier, String routeTemplate) {}

    /**
     * The answer of one limit.
     *
     * @param cost tokens that the requests wanted of it
     * @param charged tokens that it took for the requests; negative if they went back
     * @param level what its bucket has left, if it is enforced, counts by the account, and takes at least
     *     {@link #LEVEL_WINDOW_MILLIS_MIN} to fill; null otherwise
     */
    public record LimitAnswer(
            String limitId,
            UsageOutcome outcome,
            long cost,
            long charged,
            @Nullable QuotaLevel level) {
        /** The answer of a limit whose level is not needed. */
        public LimitAnswer(String limitId, UsageOutcome outcome, long cost, long charged) {
            this(limitId, outcome, cost, charged, /* level= */ null);
        }
    }
}
