package io.sluice.replay.run;

import io.sluice.replay.log.LogPoint;
import org.jspecify.annotations.Nullable;

/**
 * The part of a log that a result is about.
 *
 * @param from its first record; null for the first that is there
 * @param until the record after its last; null for all
 * @param cold whether what lies before is left out, instead of run for the state that it leads to
 */
public record RunWindow(@Nullable LogPoint from, @Nullable LogPoint until, boolean cold) {
    /** All that is there. */
    public static final RunWindow ALL = new RunWindow(null, null, false);

    /** Whether the window is a part of the log. */
    public boolean isPart() {
        return from != null || until != null;
    }
}
