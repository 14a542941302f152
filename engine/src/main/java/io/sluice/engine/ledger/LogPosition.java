package io.sluice.engine.ledger;

/**
 * How far the log of a partition was judged.
 *
 * @param offset of the last record that was judged; {@link #NO_OFFSET} before the first
 * @param millis the partition's time after that record, 0 before the first
 */
public record LogPosition(long offset, long millis) {
    /** Comes before every offset. */
    public static final long NO_OFFSET = -1;

    /** Where a log begins. */
    public static final LogPosition BEGINNING = new LogPosition(NO_OFFSET, 0);

    public LogPosition {
        if (offset < NO_OFFSET) {
            throw new IllegalArgumentException("offset: " + offset + " (expected: at least " + NO_OFFSET + ")");
        }
    }

    /** The position behind a record. */
    LogPosition after(long recordOffset, long recordMillis) {
        return new LogPosition(recordOffset, Math.max(millis, recordMillis));
    }
}
