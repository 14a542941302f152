package io.sluice.streams.usage;

import java.time.Duration;

/**
 * The bounds of the roll-ups of one partition.
 *
 * @param accountsMax accounts with counts of their own in one minute; all others count together
 * @param rowsMax rows of one account in one window; further ones count as other
 * @param countersMax counters of each ranking of a window
 * @param minutesKept minutes that the store keeps
 * @param hoursKept hours that the store keeps
 * @param daysKept days that the store keeps
 * @param silence after this time without a decision, the current minute is written as it is
 * @param spikes the definition of a spike
 * @param burn the burn rate that raises an alert
 */
public record UsageBounds(
        int accountsMax,
        int rowsMax,
        int countersMax,
        int minutesKept,
        int hoursKept,
        int daysKept,
        Duration silence,
        SpikeBounds spikes,
        BurnBounds burn) {
    /**
     * An hour or a day has so many times as many accounts as a minute. Its records leave in one transaction when it
     * ends, so they have to be few enough for it.
     */
    private static final int LONGER_TIMES = 10;

    public UsageBounds {
        within("usageAccountsMax", accountsMax, 1, 10_000_000);
        within("usageRowsMax", rowsMax, 8, 500);
        within("usageCountersMax", countersMax, 10, 100_000);
        within("usageMinutesKept", minutesKept, Math.max(spikes.bucketMinutes(), BurnBounds.MINUTES), 10_080);
        within("usageHoursKept", hoursKept, 1, 2_160);
        within("usageDaysKept", daysKept, 1, 800);
        within("usageSilenceMillis", silence.toMillis(), 100, 3_600_000);
    }

    /** Accounts with counts of their own in one hour or one day; all others count together. */
    long longerAccountsMax() {
        return (long) LONGER_TIMES * accountsMax;
    }

    public static UsageBounds standard() {
        return new UsageBounds(
                50_000, 200, 500, 120, 72, 35, Duration.ofSeconds(10), SpikeBounds.standard(), BurnBounds.standard());
    }

    public UsageBounds with(int newAccountsMax, int newRowsMax) {
        return new UsageBounds(
                newAccountsMax, newRowsMax, countersMax, minutesKept, hoursKept, daysKept, silence, spikes, burn);
    }

    public UsageBounds withSilence(Duration newSilence) {
        return new UsageBounds(
                accountsMax, rowsMax, countersMax, minutesKept, hoursKept, daysKept, newSilence, spikes, burn);
    }

    public UsageBounds withSpikes(SpikeBounds newSpikes) {
        return new UsageBounds(
                accountsMax, rowsMax, countersMax, minutesKept, hoursKept, daysKept, silence, newSpikes, burn);
    }

    public UsageBounds withBurn(BurnBounds newBurn) {
        return new UsageBounds(
                accountsMax, rowsMax, countersMax, minutesKept, hoursKept, daysKept, silence, spikes, newBurn);
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
