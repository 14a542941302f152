package io.sluice.client.search;

import org.jspecify.annotations.Nullable;

/**
 * One record of a topic.
 *
 * @param position where it is
 * @param recordedAtMillis the partition's time when it was written, milliseconds since the epoch
 * @param json the record itself, as compact JSON; null if it is not known
 * @param unknown why it could not be read; null if it could
 */
public record FoundRecord(
        RecordPosition position,
        long recordedAtMillis,
        @Nullable String json,
        @Nullable String unknown) {
    public FoundRecord {
        if ((json == null) == (unknown == null)) {
            throw new IllegalArgumentException("record at " + position.text() + " (expected: itself, or why not)");
        }
    }
}
