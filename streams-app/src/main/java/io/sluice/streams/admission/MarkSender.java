package io.sluice.streams.admission;

import io.sluice.schemas.control.ClockMark;

/** Writes signed clock marks of its own time into request partitions, beside the transaction; never waits. */
@FunctionalInterface
public interface MarkSender {
    /**
     * Requests a mark, to be written soon; one that cannot be written is dropped.
     *
     * @param reason as in {@link ClockMark}
     */
    void send(int partition, String reason);
}
