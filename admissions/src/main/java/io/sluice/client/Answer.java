package io.sluice.client;

import io.sluice.schemas.reply.WireError;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a request to the cluster.
 *
 * @param <T> what the cluster answers, if it does: a verdict, a report, the outcome of a command
 */
public sealed interface Answer<T> {
    /** The cluster's answer; null if none came in time, or the cluster did not decide. */
    default @Nullable T orNull() {
        return null;
    }

    /** The cluster itself has answered. */
    record Answered<T>(T value) implements Answer<T> {
        @Override
        public T orNull() {
            return value;
        }
    }

    /** The request breaks the contract. Nothing was decided, and nothing was charged. */
    record Refused<T>(WireError error) implements Answer<T> {}

    /** No verdict came in time, and the failure policy answers instead. No record counts this answer. */
    record Degraded<T>(boolean allowed, String detail) implements Answer<T> {}

    /** No answer came in time, so the outcome is unknown: the request may have been carried out. */
    record Unavailable<T>(String detail) implements Answer<T> {}
}
