package io.sluice.testkit.guarantee;

/**
 * The most that one limit may let through: {@code capacity} at once and {@code tokens} per {@code periodMillis}.
 *
 * @param overdraft how far beyond that a charge for what is done may go
 * @param grace how far beyond that an admission may go
 */
public record LimitBound(long capacity, long tokens, long periodMillis, long overdraft, long grace) {
    public LimitBound {
        if (capacity < 1 || tokens < 1 || periodMillis < 1 || overdraft < 0 || grace < 0) {
            throw new IllegalArgumentException("bound: " + capacity + ", " + tokens + " per " + periodMillis
                    + " ms, overdraft " + overdraft + ", grace " + grace
                    + " (expected: at least 1 each, and an overdraft and a grace from 0)");
        }
    }

    /** The bound of a limit without overdraft. */
    public LimitBound(long capacity, long tokens, long periodMillis) {
        this(capacity, tokens, periodMillis, 0, 0);
    }

    /** The bound of a limit without grace. */
    public LimitBound(long capacity, long tokens, long periodMillis, long overdraft) {
        this(capacity, tokens, periodMillis, overdraft, 0);
    }
}
