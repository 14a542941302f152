package io.sluice.schemas.reply;

import java.util.List;

/**
 * The answer to a query for the heaviest accounts or addresses of one partition.
 *
 * @param partition the partition
 * @param fromMillis the beginning of its current window; 0 if nothing was ever decided there
 * @param accounts how many accounts have counts in that window; {@link #UNKNOWN} if an older app answers
 * @param entries heaviest first
 */
public record TopReply(String correlationId, int partition, long fromMillis, long accounts, List<Entry> entries)
        implements Reply {
    public static final long UNKNOWN = -1;

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
