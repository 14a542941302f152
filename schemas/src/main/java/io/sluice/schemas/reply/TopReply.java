package io.sluice.schemas.reply;

import java.util.List;

/**
 * The answer to a query for the heaviest accounts or addresses of one partition.
 *
 * @param partition the partition
 * @param fromMillis the beginning of its current window; 0 if nothing was ever decided there
 * @param entries heaviest first
 */
public record TopReply(String correlationId, int partition, long fromMillis, List<Entry> entries) implements Reply {
    public TopReply {
        entries = List.copyOf(entries);
    }

    /**
     * One of the heaviest: its true count lies between {@code count - error} and {@code count}.
     *
     * @param key the account or address; an empty one stands for all accounts beyond a bound together
     */
    public record Entry(String key, long count, long error) {}
}
