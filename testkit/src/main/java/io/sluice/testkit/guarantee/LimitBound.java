package io.sluice.testkit.guarantee;

/** The most that one limit may let through: {@code capacity} at once and {@code tokens} per {@code periodMillis}. */
public record LimitBound(long capacity, long tokens, long periodMillis) {
    public LimitBound {
        if (capacity < 1 || tokens < 1 || periodMillis < 1) {
            throw new IllegalArgumentException(
                    "bound: " + capacity + ", " + tokens + " per " + periodMillis + " ms (expected: at least 1 each)");
        }
    }
}
