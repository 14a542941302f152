package io.sluice.perf.load;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/** How latencies are kept: in nanoseconds, to three digits, up to a minute. */
public final class Latencies {
    static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private Latencies() {}

    public static Histogram histogram() {
        return new SynchronizedHistogram(HIGHEST_NANOS, DIGITS);
    }
}
