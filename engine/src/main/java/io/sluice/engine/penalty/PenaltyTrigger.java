package io.sluice.engine.penalty;

import io.sluice.engine.bucket.Bounds;

/**
 * The condition that begins a penalty: a number of denials or names in one window.
 *
 * @param counts what is counted
 * @param threshold how many begin a penalty
 * @param windowMillis how long a window lasts; it begins with the first that it counts
 */
public record PenaltyTrigger(Counts counts, long threshold, long windowMillis) {
    public static final long DENIALS_MAX = 1_000_000;
    /** One window keeps a hash of each name. */
    public static final long NAMES_MAX = 1_000;

    public static final long WINDOW_MILLIS_MIN = 1_000;
    public static final long WINDOW_MILLIS_MAX = 24L * 60 * 60 * 1000;

    /** What a trigger counts. */
    public enum Counts {
        /** Requests that an enforced limit refused. */
        DENIALS("denials", DENIALS_MAX),
        /** Clients that were refused although nothing of their own is in use, each once in a window. */
        NAMES("names", NAMES_MAX);

        private final String code;
        private final long max;

        Counts(String code, long max) {
            this.code = code;
            this.max = max;
        }

        /** The name in a ruleset. */
        public String code() {
            return code;
        }

        public long max() {
            return max;
        }
    }

    public PenaltyTrigger {
        Bounds.within(counts.code(), threshold, 1, counts.max());
        Bounds.within("per", windowMillis, WINDOW_MILLIS_MIN, WINDOW_MILLIS_MAX);
    }

    /** The trigger in words: {@code 20 denials in 60000 ms}. */
    public String words() {
        return threshold + " " + counts.code() + " in " + windowMillis + " ms";
    }
}
