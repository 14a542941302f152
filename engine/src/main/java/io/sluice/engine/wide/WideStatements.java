package io.sluice.engine.wide;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the wide buckets that one request meets, when its account's partition decides it.
 *
 * @param all what their owners said
 * @param asks whether to ask for what is missing; otherwise a limit without a statement does not count
 */
public record WideStatements(List<WideStatement> all, boolean asks) {
    /** Nothing is known yet. */
    public static final WideStatements NONE = new WideStatements(List.of(), /* asks= */ true);

    /** As if no wide limit applied: for answers that no owner is asked about. */
    public static final WideStatements UNASKED = new WideStatements(List.of(), /* asks= */ false);

    /**
     * How long a request may be on the road. Its account's partition measures it by the broker's time stamps of its own
     * records, from the first departure to the last arrival: clocks of other brokers, and other partitions' time, have
     * no part in it. So a request is admitted no later than that after its charge.
     */
    public static final long AGE_MILLIS_MAX = 30_000;

    public WideStatements {
        all = List.copyOf(all);
    }

    /** These statements, and a question about what is missing. */
    public static WideStatements of(List<WideStatement> all) {
        return new WideStatements(all, /* asks= */ true);
    }

    /** What the owner of that bucket said; null if it was not asked. */
    public @Nullable WideStatement of(WideName name) {
        for (WideStatement statement : all) {
            if (statement.name().equals(name)) {
                return statement;
            }
        }
        return null;
    }

    /** Whether a request that was sent out first at one time stamp is too late at another. */
    public static boolean isLate(long sentMillis, long stampMillis) {
        return stampMillis - sentMillis > AGE_MILLIS_MAX;
    }

    /** All vouchers among these. */
    public List<WideStatement> charged() {
        return all.stream().filter(statement -> statement.voucher() != null).toList();
    }
}
