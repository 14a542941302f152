package io.sluice.streams.usage;

import io.sluice.schemas.usage.DecisionCounts;
import java.time.Duration;

/**
 * Which pace of using up a limit is worth an alert, and how much of one partition is watched.
 *
 * @param rateTenths tenths of the pace that the limit sustains from which on it burns; 0 for no alerts
 * @param periodMin limits that fill in less are not watched
 * @param coolDown the least time between two alerts of one account and limit
 * @param accountsMax accounts whose limits burn, or have burnt lately, at the same time
 */
public record BurnBounds(int rateTenths, Duration periodMin, Duration coolDown, int accountsMax) {
    /** Limits of an account that are watched. */
    static final int LIMITS_MAX = 16;
    /** Minutes that are looked at. */
    static final int MINUTES = 60;

    static final int FAST_MINUTES = 5;

    public BurnBounds {
        within("burnRateTenths", rateTenths, 0, 10_000);
        within("burnPeriodMillis", periodMin.toMillis(), DecisionCounts.LEVEL_WINDOW_MILLIS_MIN, 316_224_000_000L);
        within("burnCoolDownMillis", coolDown.toMillis(), 0, 604_800_000);
        within("burnAccountsMax", accountsMax, 1, 1_000_000);
    }

    /** Six times as fast as the limit lasts, of limits of at least twelve hours; two hours, 10,000 accounts. */
    public static BurnBounds standard() {
        return new BurnBounds(60, Duration.ofHours(12), Duration.ofHours(2), 10_000);
    }

    boolean areOn() {
        return rateTenths > 0;
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
