package io.sluice.cli;

import io.sluice.client.fastpath.FastPath;
import picocli.CommandLine.Option;

/** The options for leases and repeated denials of a front end. */
public final class FastPathOptions {
    enum Switch {
        ON,
        OFF
    }

    @Option(
            names = "--fast-path",
            paramLabel = "on|off",
            defaultValue = "${env:SLUICE_FAST_PATH:-on}",
            description = "Answer locally, from leases: on or off (or $SLUICE_FAST_PATH; default: on).")
    private Switch fastPath = Switch.ON;

    @Option(
            names = "--lease-millis",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_LEASE_MILLIS:-10000}",
            description = "How long a lease is valid. A denial is repeated for twice as long, at most 4 s (or"
                    + " $SLUICE_LEASE_MILLIS; default: 10000).")
    private long leaseMillis;

    @Option(
            names = "--tracked-keys-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_TRACKED_KEYS_MAX:-50000}",
            description = "Keys with a lease or a denial; requests of other keys go to the ledger one by one (or "
                    + "$SLUICE_TRACKED_KEYS_MAX; default: 50000).")
    private int trackedKeysMax;

    @Option(
            names = "--lease-waiters-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_LEASE_WAITERS_MAX:-1000}",
            description = "Callers that may wait for one lease (or $SLUICE_LEASE_WAITERS_MAX; default: 1000).")
    private int waitersMax;

    @Option(
            names = "--lease-tokens-max",
            paramLabel = "TOKENS",
            defaultValue = "${env:SLUICE_LEASE_TOKENS_MAX:-1000000}",
            description = "Most tokens that one lease may prefetch (or $SLUICE_LEASE_TOKENS_MAX; default: 1000000).")
    private long prefetchTokensMax;

    @Option(
            names = "--metric-limits-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_METRIC_LIMITS_MAX:-100}",
            description = "Limits that metrics of answers out of leases name (or $SLUICE_METRIC_LIMITS_MAX; default: "
                    + "100).")
    private int metricLimitsMax;

    /**
     * The chosen configuration.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public FastPath read() throws CommandFailure {
        try {
            return new FastPath(
                    fastPath == Switch.ON, leaseMillis, trackedKeysMax, waitersMax, prefetchTokensMax, metricLimitsMax);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("fast path: " + e.getMessage(), e);
        }
    }
}
