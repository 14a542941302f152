package io.sluice.client.search;

/**
 * The bounds of searches of a topic.
 *
 * @param scansMax searches at once, each with a thread and a Kafka consumer while it runs; 0 for none ever
 * @param waitingMax searches that may wait for one of these
 * @param offsetsMax offsets that one page looks at
 * @param millisMax how long one page may take, its wait included
 */
public record ScanBounds(int scansMax, int waitingMax, long offsetsMax, long millisMax) {
    /** The most bytes of the records of one page; a single record may be larger. */
    public static final int PAGE_BYTES_MAX = 1 << 20;
    /** Searches of one account that run or wait. */
    public static final int SCANS_OF_ACCOUNT_MAX = 2;

    public ScanBounds {
        within("scansMax", scansMax, 0, 64);
        within("waitingMax", waitingMax, 1, 10_000);
        within("offsetsMax", offsetsMax, 1_000, 1_000_000_000);
        within("millisMax", millisMax, 100, 60_000);
    }

    public static ScanBounds standard() {
        return new ScanBounds(2, 16, 1_000_000, 5_000);
    }

    /** For alerts, of which there are few, and which operators alone ask for. */
    public static ScanBounds ofAlerts() {
        return new ScanBounds(1, 16, 1_000_000, 5_000);
    }

    /** Whether decisions can be looked up at all. */
    public boolean isOff() {
        return scansMax == 0;
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
