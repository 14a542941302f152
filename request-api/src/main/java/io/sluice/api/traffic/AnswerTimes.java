package io.sluice.api.traffic;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The response times of admissions, from the histograms of the metrics. Throttled ones are left out: they wait on
 * purpose, which says nothing of how fast answers are.
 */
final class AnswerTimes {
    private static final String TIMER = "sluice.http.requests";
    private static final String ENDPOINT = "admissions";
    private static final double HALF = 0.5;
    private static final double MOST = 0.99;

    private final MeterRegistry registry;
    /** How many answers took at most so many microseconds, until the last look. */
    private Map<Long, Long> seen = new TreeMap<>();
    /** How many were slower than the last bucket's end, until the last look. */
    private long slowSeen;

    AnswerTimes(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * The 50th and 99th percentile of the response times. The end of the last bucket, 5 s, stands for all that are
     * slower.
     *
     * @param p50Micros -1 if there were no answers
     * @param p99Micros -1 if there were no answers
     */
    record Percentiles(long p50Micros, long p99Micros) {
        static final Percentiles NONE = new Percentiles(-1, -1);
    }

    /** Those of the answers since the last call. */
    Percentiles sinceLast() {
        Map<Long, Long> now = new TreeMap<>();
        long answers = 0;
        for (Timer timer : registry.find(TIMER)
                .tag("endpoint", ENDPOINT)
                .tag("throttled", "false")
                .timers()) {
            HistogramSnapshot snapshot = timer.takeSnapshot();
            answers += snapshot.count();
            for (CountAtBucket bucket : snapshot.histogramCounts()) {
                now.merge((long) bucket.bucket(TimeUnit.MICROSECONDS), (long) bucket.count(), Long::sum);
            }
        }
        Map<Long, Long> since = new TreeMap<>();
        now.forEach((micros, count) -> since.put(micros, count - seen.getOrDefault(micros, 0L)));
        seen = now;
        // The count was read before the buckets, so it may be behind them for a moment.
        long slow = Math.max(slowSeen, answers - highest(now));
        long all = highest(since) + slow - slowSeen;
        slowSeen = slow;
        return all == 0 ? Percentiles.NONE : new Percentiles(within(since, all * HALF), within(since, all * MOST));
    }

    private static long highest(Map<Long, Long> cumulative) {
        return cumulative.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Between the ends of a bucket, answers are taken to be spread evenly. */
    private static long within(Map<Long, Long> cumulative, double rank) {
        long start = 0;
        long below = 0;
        for (Map.Entry<Long, Long> bucket : cumulative.entrySet()) {
            if (bucket.getValue() >= rank) {
                double share = (rank - below) / Math.max(1, bucket.getValue() - below);
                return start + Math.round((bucket.getKey() - start) * share);
            }
            start = bucket.getKey();
            below = bucket.getValue();
        }
        return start;
    }
}
