package io.sluice.cli;

import io.sluice.streams.usage.BurnBounds;
import java.math.BigDecimal;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options for alerts about burn rates. */
public final class BurnRateOptions {
    @Option(
            names = "--burn-rate",
            paramLabel = "NUMBER",
            defaultValue = "${env:SLUICE_BURN_RATE:-6}",
            description = "Burn rate from which on a limit raises an alert: at 1 it lasts exactly its window, at 2 "
                    + "half of it; 0 for no alerts (or $SLUICE_BURN_RATE; default: 6).")
    private BigDecimal rate = BigDecimal.valueOf(6);

    @Option(
            names = "--burn-rate-period-hours",
            paramLabel = "HOURS",
            defaultValue = "${env:SLUICE_BURN_RATE_PERIOD_HOURS:-12}",
            description = "Limits that refill in less than this are not watched for burn rates (or "
                    + "$SLUICE_BURN_RATE_PERIOD_HOURS; default: 12).")
    private int periodHours = 12;

    @Option(
            names = "--burn-rate-cool-down-minutes",
            paramLabel = "MINUTES",
            defaultValue = "${env:SLUICE_BURN_RATE_COOL_DOWN_MINUTES:-120}",
            description = "Least time between two alerts about one limit of an account (or"
                    + " $SLUICE_BURN_RATE_COOL_DOWN_MINUTES; default: 120).")
    private int coolDownMinutes = 120;

    @Option(
            names = "--burn-rate-accounts-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_BURN_RATE_ACCOUNTS_MAX:-10000}",
            description = "Accounts of a partition whose burning limits are tracked at the same time (or "
                    + "$SLUICE_BURN_RATE_ACCOUNTS_MAX; default: 10000).")
    private int accountsMax = 10_000;

    /**
     * The chosen settings.
     *
     * @throws IllegalArgumentException if a number is out of its bounds
     */
    BurnBounds read() {
        int tenths;
        try {
            tenths = rate.movePointRight(1).intValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("burnRate: " + rate + " (expected: 0..1000, in tenths)", e);
        }
        return new BurnBounds(tenths, Duration.ofHours(periodHours), Duration.ofMinutes(coolDownMinutes), accountsMax);
    }
}
