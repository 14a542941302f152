package io.sluice.middleware;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * One request to Sluice.
 *
 * @param uri where to
 * @param body makes the body for a server that answers within so many milliseconds; null for a GET
 * @param repeatable whether it may be sent again although it may have been carried out
 * @param waitMillis how long the server keeps its answer back on purpose
 */
record Call(URI uri, @Nullable BodyWriter body, boolean repeatable, long waitMillis) {
    /** The longest that the server lets callers wait, beside what they ask for. */
    private static final long SERVER_MILLIS_MAX = 60_000;
    /** The server's part of a deadline: its own failure policy shall answer before ours has to. */
    private static final long SERVER_PERCENT = 90;

    /** Writes a body. */
    @FunctionalInterface
    interface BodyWriter {
        byte[] within(long deadlineMillis);
    }

    /** How long the server may take, of what is left for the caller. */
    long serverMillis(long leftMillis) {
        long own = Math.max(1, (leftMillis - waitMillis) * SERVER_PERCENT / 100);
        return waitMillis + Math.min(own, SERVER_MILLIS_MAX);
    }
}
