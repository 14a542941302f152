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

    /** Less than this share of the requests is not worth a row. */
    private static final double SHARE_MIN = 0.000_5;

    /**
     * Records, why requests were not answered by the front end itself, and processor by part, from the dearest on;
     * reasons that there were not, and parts that cost nothing, are left out.
     */
    static List<Row> of(String number, String figure, String series, Samples samples) {
        List<Row> rows = new ArrayList<>();
        rows.add(
                Row.of(number, figure + ", records of requests", "records/request", samples.of(Costs.records(series))));
        String asked = Costs.asked(series);
        samples.beginningWith(asked).stream()
                .map(name -> Row.of(
                        number,
                        figure + ", asked the ledger: " + name.substring(asked.length()),
                        "share",
                        samples.of(name)))
                .filter(row -> median(row) >= SHARE_MIN)
                .forEach(rows::add);
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
