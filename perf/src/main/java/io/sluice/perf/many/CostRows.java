package io.sluice.perf.many;

import io.sluice.perf.profile.SluicePart;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@link Costs} has measured, as rows. */
final class CostRows {
    private CostRows() {}

    /** Records, and processor by part, from the dearest on; parts that cost nothing are left out. */
    static List<Row> of(String number, String figure, String series, Samples samples) {
        List<Row> rows = new ArrayList<>();
        rows.add(
                Row.of(number, figure + ", records of requests", "records/request", samples.of(Costs.records(series))));
        Stream.concat(Stream.of(SluicePart.values()).map(SluicePart::text), Stream.of(Costs.JVM))
                .map(part -> Row.of(
                        number, figure + ", processor, " + part, "µs/request", samples.of(Costs.part(series, part))))
                .filter(row -> median(row) > 0)
                .sorted((one, other) -> Double.compare(median(other), median(one)))
                .forEach(rows::add);
        return rows;
    }

    private static double median(Row row) {
        List<Double> sorted = row.runs().stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
