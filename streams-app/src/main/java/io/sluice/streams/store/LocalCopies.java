package io.sluice.streams.store;

import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.PartitionClock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells which copies of a partition's state may be continued from that lie on a disk. All others are restored from the
 * beginning of the changelog.
 *
 * <p>A copy misses what was written while nobody kept it up to date. The changelog has all of that, but not for ever:
 * compaction drops the tombstone of a removed entry once it is {@link #TOMBSTONES_KEPT} old. In a copy that has not
 * read it by then, the entry would live on. A settled hold would be open, and end a second time.
 *
 * <p>How old a copy is, the copy says: it has the broker's time of the last record that was decided in it, and all that
 * it misses was written later. It may be a copy that was half restored, then that record is an older one. Only to
 * compare it, the clock of the host is read. One that is fast costs a restore. One that is slow by more than the
 * difference between the two durations could have an old copy trusted; no verdict depends on it otherwise.
 *
 * <p>The rest of the time is for the restore: a copy that is trusted has to read the tombstones before they go.
 */
public final class LocalCopies {
    /** How long the changelog has to keep tombstones. */
    public static final Duration TOMBSTONES_KEPT = Duration.ofHours(2);
    /** Up to which age a copy is trusted. */
    public static final Duration TRUSTED = Duration.ofHours(1);

    private final LongSupplier wallMillis;

    /**
     * The rule by a clock.
     *
     * @param wallMillis the time of the host, in milliseconds since the epoch
     */
    LocalCopies(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    /** Whether a copy with this clock entry may be continued from; without one, nobody knows how old it is. */
    boolean areTrusted(byte @Nullable [] clockEntry) {
        return clockEntry != null
                && wallMillis.getAsLong() - decidedMillis(StateCodec.clock(clockEntry)) <= TRUSTED.toMillis();
    }

    /** A time at or before that of the last record: a broker's clock may have been wrong. */
    private static long decidedMillis(LogPosition position) {
        PartitionClock clock = position.clock();
        return Math.min(clock.millis(), clock.stampMillis());
    }
}
