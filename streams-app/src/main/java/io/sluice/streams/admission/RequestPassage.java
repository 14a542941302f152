package io.sluice.streams.admission;

import io.sluice.schemas.wide.TravellingRequest;
import org.jspecify.annotations.Nullable;

/** Where a record is on the way of a request between partitions. */
enum RequestPassage {
    /** Whatever the record asks for is decided here and now. */
    STAYS,
    /** Its request has to visit wide buckets first; it is decided when it comes home. */
    LEAVES,
    /** A message, by which nothing is decided that a caller has asked for. */
    PASSES,
    /** A message whose request was refused, at home or before, and is decided by nobody. */
    DROPPED,
    /** A message that brings a request home, which is decided here and now. */
    ARRIVES;

    /**
     * Of a record.
     *
     * @param carried the request of another record that it carries; null if there is none
     * @param isRefused whether what it carries was refused
     * @param hasLeft whether its request has left for other partitions
     */
    static RequestPassage of(
            boolean isMessage, @Nullable TravellingRequest carried, boolean isRefused, boolean hasLeft) {
        if (!isMessage) {
            return hasLeft ? LEAVES : STAYS;
        }
        if (isRefused) {
            return DROPPED;
        }
        return carried != null && carried.visits().isEmpty() && !hasLeft ? ARRIVES : PASSES;
    }

    /** Whether a request is decided. */
    boolean isDecided() {
        return this == STAYS || this == ARRIVES;
    }
}
