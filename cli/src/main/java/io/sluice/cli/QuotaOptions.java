package io.sluice.cli;

import io.sluice.gateway.quota.QuotaConfig;
import picocli.CommandLine.Option;

/** The options for lending tokens to Envoys. */
public final class QuotaOptions {
    @Option(
            names = "--quota-lease-millis",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_QUOTA_LEASE_MILLIS:-10000}",
            description = "How long an Envoy's lease lasts; an Envoy reports every 5000 ms (or "
                    + "$SLUICE_QUOTA_LEASE_MILLIS; default: 10000).")
    private long leaseMillis;

    @Option(
            names = "--quota-first-tokens",
            paramLabel = "TOKENS",
            defaultValue = "${env:SLUICE_QUOTA_FIRST_TOKENS:-20}",
            description = "Tokens that an Envoy's bucket gets before its rate is known (or $SLUICE_QUOTA_FIRST_TOKENS; "
                    + "default: 20).")
    private long firstTokens;

    @Option(
            names = "--quota-tokens-max",
            paramLabel = "TOKENS",
            defaultValue = "${env:SLUICE_QUOTA_TOKENS_MAX:-1000000}",
            description = "Tokens of one grant to an Envoy (or $SLUICE_QUOTA_TOKENS_MAX; default: 1000000).")
    private long grantTokensMax;

    @Option(
            names = "--quota-ask-pause-millis",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_QUOTA_ASK_PAUSE_MILLIS:-500}",
            description = "Least time between two grants of an Envoy's bucket (or $SLUICE_QUOTA_ASK_PAUSE_MILLIS;"
                    + " default: 500).")
    private long askPauseMillis;

    @Option(
            names = "--quota-buckets-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_QUOTA_BUCKETS_MAX:-50000}",
            description = "Buckets of all Envoys together (or $SLUICE_QUOTA_BUCKETS_MAX; default: 50000).")
    private int bucketsMax;

    @Option(
            names = "--quota-stream-buckets-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_QUOTA_STREAM_BUCKETS_MAX:-1000}",
            description = "Buckets of one Envoy (or $SLUICE_QUOTA_STREAM_BUCKETS_MAX; default: 1000).")
    private int bucketsPerStreamMax;

    /**
     * The chosen quotas.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public QuotaConfig read() throws CommandFailure {
        try {
            QuotaConfig.Bounds standard = QuotaConfig.Bounds.standard();
            return new QuotaConfig(
                    leaseMillis,
                    firstTokens,
                    grantTokensMax,
                    askPauseMillis,
                    new QuotaConfig.Bounds(
                            bucketsMax,
                            bucketsPerStreamMax,
                            standard.entriesMax(),
                            standard.charsMax(),
                            standard.silenceMillisMax()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("quota: " + e.getMessage(), e);
        }
    }
}
