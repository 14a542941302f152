package io.sluice.cli;

import io.sluice.streams.usage.UsageBounds;
import io.sluice.streams.usage.UsageConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the usage roll-ups: whether a process hosts them, and their bounds. */
public final class UsageOptions {
    @Option(
            names = "--usage",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Add up the usage of accounts, or leave it to other instances (default: add up).")
    private boolean usage = true;

    @Option(
            names = "--usage-threads",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_USAGE_THREADS:-1}",
            description = "Threads that add up usage (or $SLUICE_USAGE_THREADS; default: 1).")
    private int threads = 1;

    @Option(
            names = "--usage-accounts-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_USAGE_ACCOUNTS_MAX:-50000}",
            description = "Accounts of a partition that are counted separately in a minute; further ones count "
                    + "together (or $SLUICE_USAGE_ACCOUNTS_MAX; default: 50000).")
    private int accountsMax = 50_000;

    @Option(
            names = "--usage-rows-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_USAGE_ROWS_MAX:-200}",
            description = "Most rows of an account in a window (or $SLUICE_USAGE_ROWS_MAX; default: 200).")
    private int rowsMax = 200;

    @Mixin
    private SpikeOptions spikes = new SpikeOptions();

    @Mixin
    private BurnRateOptions burn = new BurnRateOptions();

    /**
     * The settings of the roll-ups; null if this process hosts none.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public @Nullable UsageConfig read(Map<String, String> kafka, Path stateDir) throws CommandFailure {
        try {
            return usage
                    ? new UsageConfig(
                            kafka,
                            stateDir,
                            threads,
                            UsageBounds.standard()
                                    .with(accountsMax, rowsMax)
                                    .withSpikes(spikes.read())
                                    .withBurn(burn.read()))
                    : null;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("usage: " + e.getMessage(), e);
        }
    }
}
