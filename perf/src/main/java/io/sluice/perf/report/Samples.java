package io.sluice.perf.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The measurements of a scenario's runs, by series; the same run of two series makes a pair. */
public final class Samples {
    private static final double NANOS_PER_MILLI = 1e6;
    /** By the names under which they are reported; the maximum is the hundredth. */
    private static final Map<String, Double> PERCENTILES = percentiles();

    private final Map<String, List<Double>> valuesBySeries = new LinkedHashMap<>();

    private static Map<String, Double> percentiles() {
        Map<String, Double> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", 50.0);
        percentiles.put("p90", 90.0);
        percentiles.put("p99", 99.0);
        percentiles.put("p99.9", 99.9);
        percentiles.put("max", 100.0);
        return percentiles;
    }

    /** The names of the percentiles that are kept of every latency. */
    public static List<String> percentileNames() {
        return List.copyOf(PERCENTILES.keySet());
    }

    /** Adds the measurements of the next run. */
    public void add(String series, double value) {
        valuesBySeries.computeIfAbsent(series, key -> new ArrayList<>()).add(value);
    }

    /** Adds every percentile of a run's latencies, which are in nanoseconds, as milliseconds. */
    public void addLatencies(String series, Histogram latencies) {
        PERCENTILES.forEach((name, percentile) ->
                add(series + " " + name, latencies.getValueAtPercentile(percentile) / NANOS_PER_MILLI));
    }

    /** The names of all series that begin so, in the order in which they were measured first. */
    public List<String> beginningWith(String start) {
        return valuesBySeries.keySet().stream()
                .filter(series -> series.startsWith(start))
                .toList();
    }

    /** Run by run. */
    public List<Double> of(String series) {
        List<Double> values = valuesBySeries.get(series);
        if (values == null) {
            throw new IllegalStateException(
                    series + ": not measured (expected: one of " + valuesBySeries.keySet() + ")");
        }
        return List.copyOf(values);
    }

    /** Of one percentile of a latency. */
    public List<Double> of(String series, String percentile) {
        return of(series + " " + percentile);
    }
}
