package io.sluice.streams.usage;

import io.sluice.schemas.usage.DecisionCounts;
import java.time.Duration;

/**
 * The burn rate that raises an alert, and how many accounts of one partition are watched.
 *
 * @param rateTenths the burn rate from which on a limit burns, in tenths; 0 for no alerts
 * @param periodMin limits that refill in less are not watched
 * @param coolDown the least time between two alerts of one account and limit
 * @param accountsMax accounts whose limits burn, or have burnt lately, at the same time
 */
public record BurnBounds(int rateTenths, Duration periodMin, Duration coolDown, int accountsMax) {
    /** Limits of an account that are watched. */
    static final int LIMITS_MAX = 16;
    /** The minutes that the burn rate is computed over. */
    static final int MINUTES = 60;

    static final int FAST_MINUTES = 5;

    public BurnBounds {
        within("burnRateTenths", rateTenths, 0, 10_000);
        within("burnPeriodMillis", periodMin.toMillis(), DecisionCounts.LEVEL_WINDOW_MILLIS_MIN, 316_224_000_000L);
        within("burnCoolDownMillis", coolDown.toMillis(), 0, 604_800_000);
        within("burnAccountsMax", accountsMax, 1, 1_000_000);
    }

    /** Burn rate 6, for limits that need at least twelve hours to refill; cool-down two hours, 10,000 accounts. */
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
