package io.sluice.schemas.usage;

/**
 * One count of a usage record.
 *
 * @param tier the account's tier at the decisions; {@link #OTHER} if the record has too many rows
 * @param routeTemplate the path template of the limits that applied; empty if none has a path
 * @param limitId the limit whose answers are counted; empty for the answers to the requests themselves
 * @param outcome their outcome
 * @param requests how many requests
 * @param cost the tokens that these requests asked for
 * @param charged the tokens that were taken for them, less those given back; negative if more was given back
 */
public record UsageRow(
        String tier,
        String routeTemplate,
        String limitId,
        UsageOutcome outcome,
        long requests,
        long cost,
        long charged) {
    /** Stands for names beyond a bound. */
    public static final String OTHER = "other";

    /** Whether it counts requests, and not the answers of one limit to them. */
    public boolean countsRequests() {
        return limitId.isEmpty();
    }
}
