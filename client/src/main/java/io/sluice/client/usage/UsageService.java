package io.sluice.client.usage;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageWindow;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Queries of the usage of accounts and of rankings, to the usage roll-ups of the cluster. No future ever completes
 * exceptionally.
 */
public interface UsageService {
    /**
     * Returns the usage of an account.
     *
     * @param fromMillis the first window is the one with this time
     * @param toMillis the last window is the one with the millisecond before this time
     * @throws WireException if that is no span, or has too many windows
     */
    CompletableFuture<Answer<UsageReply>> usage(String account, UsageWindow window, long fromMillis, long toMillis)
            throws WireException;

    /**
     * Returns the heaviest of the current window, over all partitions.
     *
     * @throws WireException if that is too many
     */
    CompletableFuture<Answer<Top>> top(Ranking by, UsageWindow window, long countMax) throws WireException;

    /**
     * Returns accounts of today and yesterday whose names begin like this, in the order of their bytes. If there are as
     * many as were asked for, there may be more.
     *
     * @throws WireException if that is too many, or the beginning is too long
     */
    CompletableFuture<Answer<List<String>>> accounts(String prefix, long countMax) throws WireException;

    /** The result of a query. */
    sealed interface Answer<T> {}

    /** An answer. */
    record Answered<T>(T value) implements Answer<T> {}

    /** No answer came in time. */
    record Unavailable<T>(String detail) implements Answer<T> {}

    /**
     * The heaviest.
     *
     * @param fromMillis where the window begins that is open in the partition whose time is the latest
     * @param accounts so many accounts have counts in it; negative if that is not known
     * @param ranks heaviest first
     */
    record Top(long fromMillis, long accounts, List<Rank> ranks) {
        public Top {
            ranks = List.copyOf(ranks);
        }
    }

    /** One of the heaviest: its true count lies between {@code count - error} and {@code count}. */
    record Rank(String key, long count, long error) {}
}
