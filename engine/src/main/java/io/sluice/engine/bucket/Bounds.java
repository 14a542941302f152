package io.sluice.engine.bucket;

/** The range checks of configured values: each names the offending value and what was expected. */
public final class Bounds {
    private Bounds() {}

    /**
     * Returns {@code value} if it is within {@code min..max}.
     *
     * @throws IllegalArgumentException in the form {@code cost: -3 (expected: 0..1000000000)}
     */
    public static long within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
        return value;
    }
}
