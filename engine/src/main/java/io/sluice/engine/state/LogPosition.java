package io.sluice.engine.state;

/**
 * The position in a partition's log up to which it was decided.
 *
 * @param offset of the last record that was decided; {@link #NO_OFFSET} before the first
 * @param clock the partition's time at that record
 */
public record LogPosition(long offset, PartitionClock clock) {
    /** Comes before every offset. */
    public static final long NO_OFFSET = -1;

    /** Where a log begins. */
    public static final LogPosition BEGINNING = new LogPosition(NO_OFFSET, PartitionClock.UNSET);

    public LogPosition {
        if (offset < NO_OFFSET) {
            throw new IllegalArgumentException("offset: " + offset + " (expected: at least " + NO_OFFSET + ")");
        }
    }

    /** The position after the next record. The first record's stamp is trusted: there is nothing to compare it with. */
    public LogPosition after(long nextOffset, long stampMillis) {
        return new LogPosition(
                nextOffset,
                offset == NO_OFFSET
                        ? PartitionClock.at(Math.max(clock.millis(), stampMillis))
                        : clock.after(stampMillis));
    }
}
