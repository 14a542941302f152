package io.sluice.streams.replica;

/**
 * The settings of a reply replica.
 *
 * @param behindRecordsMax a record gets no reply if there are more than so many behind it in the log
 */
public record ReplicaConfig(long behindRecordsMax) {
    private static final long BEHIND_RECORDS_MIN = 100;
    private static final long BEHIND_RECORDS_MAX = 10_000_000;

    public ReplicaConfig {
        if (behindRecordsMax < BEHIND_RECORDS_MIN || behindRecordsMax > BEHIND_RECORDS_MAX) {
            throw new IllegalArgumentException("replicaBehindRecordsMax: " + behindRecordsMax + " (expected: "
                    + BEHIND_RECORDS_MIN + ".." + BEHIND_RECORDS_MAX + ")");
        }
    }

    /** More than most partitions get while a caller waits, and few enough to be decided soon. */
    public static ReplicaConfig standard() {
        return new ReplicaConfig(10_000);
    }
}
