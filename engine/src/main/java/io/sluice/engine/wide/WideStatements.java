package io.sluice.engine.wide;

import java.util.ArrayList;
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
     * How old a statement may be to be decided by, by the brokers' time stamps: a partition's own time may lag behind
     * after a pause. So a request is admitted no later than that after its charge.
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

    /** Without those that are too old for a record with this time stamp. */
    public WideStatements fresh(long stampMillis) {
        List<WideStatement> fresh = new ArrayList<>(all.size());
        for (WideStatement statement : all) {
            if (stampMillis - statement.stampMillis() <= AGE_MILLIS_MAX) {
                fresh.add(statement);
            }
        }
        return fresh.size() == all.size() ? this : new WideStatements(fresh, asks);
    }

    /** All vouchers among these. */
    public List<WideStatement> charged() {
        return all.stream().filter(statement -> statement.voucher() != null).toList();
    }
}
