package io.sluice.client.decisions;

import io.sluice.client.search.RecordPosition;
import io.sluice.schemas.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A query for one page of an account's recent decisions, newest first.
 *
 * @param since from when on they were recorded, milliseconds since the epoch; null for the oldest
 * @param until the first millisecond behind them; null for the newest
 * @param limit the most records of the page
 * @param before only older records than the one there; null for the newest
 */
public record DecisionQuery(
        String account,
        DecisionFilter filter,
        @Nullable Long since,
        @Nullable Long until,
        int limit,
        @Nullable RecordPosition before) {
    /** The largest page. */
    public static final int LIMIT_MAX = 500;

    public DecisionQuery {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1.." + LIMIT_MAX + ")");
        }
    }

    /** The newest records of an account. */
    public static DecisionQuery newest(String account, int limit) {
        return new DecisionQuery(account, DecisionFilter.ALL, null, null, limit, null);
    }

    /** The same of another account. */
    public DecisionQuery of(String newAccount) {
        return new DecisionQuery(newAccount, filter, since, until, limit, before);
    }

    /** The same with only some of the records. */
    public DecisionQuery with(DecisionFilter newFilter) {
        return new DecisionQuery(account, newFilter, since, until, limit, before);
    }

    /** The same, further back. */
    public DecisionQuery before(@Nullable RecordPosition position) {
        return new DecisionQuery(account, filter, since, until, limit, position);
    }

    /** The same within a time. */
    public DecisionQuery within(@Nullable Long newSince, @Nullable Long newUntil) {
        return new DecisionQuery(account, filter, newSince, newUntil, limit, before);
    }

    boolean covers(long recordedAtMillis) {
        return (since == null || recordedAtMillis >= since) && (until == null || recordedAtMillis < until);
    }

    /** Checks what only whoever knows the cluster can: that positions and IDs are of the account's partition. */
    void checkPartition(int partition) throws WireException {
        if (before != null && before.partition() != partition) {
            throw new WireException("before", wrong(before.partition(), partition));
        }
        if (filter.decision() != null && filter.decision().partition() != partition) {
            throw new WireException("decision", wrong(filter.decision().partition(), partition));
        }
    }

    private static String wrong(int given, int partition) {
        return "partition " + given + " (expected: " + partition + ", where the account is)";
    }
}
