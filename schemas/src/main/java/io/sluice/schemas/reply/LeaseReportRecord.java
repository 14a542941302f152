package io.sluice.schemas.reply;

import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.LeaseReport;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The record of requests that a front end answered by itself, for analysts: exactly once for each lease, and once for
 * each count of denials.
 *
 * @param decisionId {@code partition-offset} of the request that reported it; null if the lease expired
 * @param outcome how the lease ended
 * @param clientId the client of the lease
 * @param leaseId names the lease; null without one
 * @param granted the tokens that the lease took from each limit; if the report is too late, as many as it reports spent
 * @param spent the tokens of the lease that were spent
 * @param charged the tokens that went back to each limit that the lease had charged, as a negative number; 0 if none
 *     did
 * @param decidedAtMillis the partition's time, milliseconds since the epoch
 * @param rulesetRevision the revision in force, 0 for none
 * @param told the front end's report; null if the lease expired. A repeated report counts nothing the second time
 * @param traffic the account's tier, route and limits of the counted requests; null if the lease expired, since then
 * none are counted
 * @param entry its number among the reports of one record, which share the decision ID; 0 for the first or only one
 */
public record LeaseReportRecord(
        @Nullable String decisionId,
        Outcome outcome,
        ClientId clientId,
        @Nullable String leaseId,
        long granted,
        long spent,
        long charged,
        long decidedAtMillis,
        long rulesetRevision,
        @Nullable LeaseReport told,
        @Nullable Traffic traffic,
        int entry)
        implements DecisionRecord {

    public LeaseReportRecord {
        boolean expired = outcome == Outcome.EXPIRED;
        if (expired != (decisionId == null) || expired != (told == null)) {
            throw new IllegalArgumentException(
                    "decisionId: " + decisionId + " of " + told + " (expected: both, or neither if it expired)");
        }
        if ((outcome == Outcome.NONE) != (leaseId == null)) {
            throw new IllegalArgumentException("leaseId: " + leaseId + " (expected: unless there was none)");
        }
        if (!addsUp(outcome, granted, spent) || (told != null && told.spentTokens() != spent)) {
            throw new IllegalArgumentException(
                    "spent: " + spent + " of " + granted + " (expected: as told, and all unless it was returned)");
        }
        if (charged != 0 && charged != spent - granted) {
            throw new IllegalArgumentException("charged: " + charged + " (expected: 0, or " + (spent - granted) + ")");
        }
    }

    /** A record without traffic. */
    public LeaseReportRecord(
            @Nullable String decisionId,
            Outcome outcome,
            ClientId clientId,
            @Nullable String leaseId,
            long granted,
            long spent,
            long charged,
            long decidedAtMillis,
            long rulesetRevision,
            @Nullable LeaseReport told) {
        this(
                decisionId,
                outcome,
                clientId,
                leaseId,
                granted,
                spent,
                charged,
                decidedAtMillis,
                rulesetRevision,
                told,
                /* traffic= */ null,
                /* entry= */ 0);
    }

    /**
     * The values by which usage groups the requests of a report.
     *
     * @param tier the account's tier
     * @param routeTemplate the most precise path template of the limits that apply; null for none
     * @param limitIds the limits that are enforced for the requests
     */
    public record Traffic(String tier, @Nullable String routeTemplate, List<String> limitIds) {
        public Traffic {
            limitIds = List.copyOf(limitIds);
        }
    }

    /** The same record with this traffic. */
    public LeaseReportRecord with(@Nullable Traffic newTraffic) {
        return with(newTraffic, entry);
    }

    /** The same record as an entry of several. */
    public LeaseReportRecord at(int newEntry) {
        return with(traffic, newEntry);
    }

    private LeaseReportRecord with(@Nullable Traffic newTraffic, int newEntry) {
        return new LeaseReportRecord(
                decisionId,
                outcome,
                clientId,
                leaseId,
                granted,
                spent,
                charged,
                decidedAtMillis,
                rulesetRevision,
                told,
                newTraffic,
                newEntry);
    }

    /** Answers out of the lease; their number is unknown for a lease that expired. */
    @Override
    public long allowed() {
        return told == null ? 0 : told.allowed();
    }

    @Override
    public long denied() {
        return told == null ? 0 : told.denied();
    }

    /** Whether this many of the granted tokens can have been spent: only a returned lease can have unspent ones. */
    public static boolean addsUp(Outcome outcome, long granted, long spent) {
        return switch (outcome) {
            case RETURNED -> spent >= 0 && spent <= granted;
            case EXPIRED, LATE -> spent >= 0 && spent == granted;
            case NONE -> spent == 0 && granted == 0;
        };
    }

    /** How a lease ended. */
    public enum Outcome {
        /** The front end reported what it spent; the rest went back. */
        RETURNED,
        /** No report came in time; all of it counts as spent. */
        EXPIRED,
        /** The report came too late, or twice; nothing went back. */
        LATE,
        /** There was no lease: denials only. */
        NONE;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** The tokens that went back to each limit. */
    public long returned() {
        return granted - spent;
    }
}
