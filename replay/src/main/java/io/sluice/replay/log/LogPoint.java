package io.sluice.replay.log;

/** A place in every partition of a log: an offset, or a moment. */
public sealed interface LogPoint {
    /** Whether a record is at the place or after it. */
    boolean isReachedBy(LoggedRecord record);

    /** The record with this offset. */
    record AtOffset(long offset) implements LogPoint {
        public AtOffset {
            if (offset < 0) {
                throw new IllegalArgumentException("offset: " + offset + " (expected: at least 0)");
            }
        }

        @Override
        public boolean isReachedBy(LoggedRecord record) {
            return record.offset() >= offset;
        }
    }

    /** The first record with this timestamp, or a later one. */
    record AtMillis(long millis) implements LogPoint {
        @Override
        public boolean isReachedBy(LoggedRecord record) {
            return record.timestampMillis() >= millis;
        }
    }
}
