package io.sluice.streams.replica;

import java.time.Duration;

/**
 * The settings of a reply replica.
 *
 * @param behindMax the age of a record from which on it gets no reply
 */
public record ReplicaConfig(Duration behindMax) {
    private static final long BEHIND_MILLIS_MIN = 100;
    private static final long BEHIND_MILLIS_MAX = 600_000;

    public ReplicaConfig {
        long millis = behindMax.toMillis();
        if (millis < BEHIND_MILLIS_MIN || millis > BEHIND_MILLIS_MAX) {
            throw new IllegalArgumentException("replicaBehindMillisMax: " + millis + " (expected: " + BEHIND_MILLIS_MIN
                    + ".." + BEHIND_MILLIS_MAX + ")");
        }
    }

    /** Longer than most callers wait, and no longer than a clock may be wrong. */
    public static ReplicaConfig standard() {
        return new ReplicaConfig(Duration.ofSeconds(5));
    }
}
