package io.sluice.cli;

import io.sluice.streams.usage.SpikeBounds;
import java.math.BigDecimal;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that define a spike, and bound what is watched. */
public final class SpikeOptions {
    private static final BigDecimal MILLI = BigDecimal.valueOf(1_000);

    @Option(
            names = "--spike-z-score",
            paramLabel = "DEVIATIONS",
            defaultValue = "${env:SLUICE_SPIKE_Z_SCORE:-3.5}",
            description = "Standard deviations above the mean from which on requests are a spike (or "
                    + "$SLUICE_SPIKE_Z_SCORE; default: 3.5).")
    private BigDecimal zScore = new BigDecimal("3.5");

    @Option(
            names = "--spike-requests-min",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_SPIKE_REQUESTS_MIN:-200}",
            description = "Fewer requests than this in a bucket are never a spike (or $SLUICE_SPIKE_REQUESTS_MIN; "
                    + "default: 200).")
    private long requestsMin = 200;

    @Option(
            names = "--spike-cool-down-minutes",
            paramLabel = "MINUTES",
            defaultValue = "${env:SLUICE_SPIKE_COOL_DOWN_MINUTES:-120}",
            description = "Least time between two alerts of an account and limit (or"
                    + " $SLUICE_SPIKE_COOL_DOWN_MINUTES; default: 120).")
    private long coolDownMinutes = 120;

    @Option(
            names = "--spike-bucket-minutes",
            paramLabel = "MINUTES",
            defaultValue = "${env:SLUICE_SPIKE_BUCKET_MINUTES:-5}",
            description = "Length of the buckets that are compared (or $SLUICE_SPIKE_BUCKET_MINUTES; default: 5).")
    private int bucketMinutes = 5;

    @Option(
            names = "--spike-buckets",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_SPIKE_BUCKETS:-72}",
            description = "Number of last buckets that define what is usual (or $SLUICE_SPIKE_BUCKETS; default: 72).")
    private int buckets = 72;

    @Option(
            names = "--spike-buckets-min",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_SPIKE_BUCKETS_MIN:-12}",
            description = "With fewer buckets than this there are no alerts yet (or $SLUICE_SPIKE_BUCKETS_MIN; "
                    + "default: 12).")
    private int bucketsMin = 12;

    @Option(
            names = "--spike-accounts-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_SPIKE_ACCOUNTS_MAX:-50000}",
            description = "Accounts of a partition that are watched for spikes; 0 for none (or"
                    + " $SLUICE_SPIKE_ACCOUNTS_MAX; default: 50000).")
    private int accountsMax = 50_000;

    @Option(
            names = "--spike-limits-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_SPIKE_LIMITS_MAX:-16}",
            description =
                    "Limits of an account that are watched for spikes (or $SLUICE_SPIKE_LIMITS_MAX; default:" + " 16).")
    private int limitsMax = 16;

    /**
     * The chosen bounds.
     *
     * @throws IllegalArgumentException if a number is out of its bounds
     */
    SpikeBounds read() {
        long zScoreMilli;
        try {
            zScoreMilli = zScore.multiply(MILLI).longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("spikeZScore: " + zScore + " (expected: 1..100, in thousandths)", e);
        }
        long keptMinutes = (long) bucketMinutes * buckets;
        if (coolDownMinutes > keptMinutes) {
            // An alert is forgotten with the buckets of its time.
            throw new IllegalArgumentException("spikeCoolDownMinutes: " + coolDownMinutes + " (expected: at most "
                    + keptMinutes + ", as long as buckets are kept; raise --spike-buckets)");
        }
        return SpikeBounds.standard()
                .withBuckets(bucketMinutes, buckets, bucketsMin)
                .withRule(zScoreMilli, requestsMin, Duration.ofMinutes(coolDownMinutes))
                .with(accountsMax, limitsMax);
    }
}
