package io.sluice.replay.run;

import io.sluice.replay.log.LogPoint;
import org.jspecify.annotations.Nullable;

/**
 * The part of a log that a result is about.
 *
 * @param from its first record; null for the first that is there
 * @param until the record after its last; null for all
 * @param begin the first record that is run at all, for the state that it leads to; null for the first that is there
 */
public record RunWindow(
        @Nullable LogPoint from,
        @Nullable LogPoint until,
        @Nullable LogPoint begin) {
    /** All that is there. */
    public static final RunWindow ALL = new RunWindow(null, null, null);

    /**
     * A window after all that comes before it.
     *
     * @param cold whether what lies before is left out, instead of run for the state that it leads to
     */
    public RunWindow(@Nullable LogPoint from, @Nullable LogPoint until, boolean cold) {
        this(from, until, cold ? from : null);
    }

    /** Whether the window is a part of the log. */
    public boolean isPart() {
        return from != null || until != null;
    }
}
