package io.sluice.perf.report;

import java.util.List;

/**
 * Named rows of figures under named columns.
 *
 * @param title the benchmark, and what its figures are
 */
public record Table(String title, List<String> columns, List<Row> rows) {
    private static final List<String> RATIO_COLUMNS = List.of("median", "min", "max");

    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (Row row : rows) {
            if (row.figures().size() != columns.size()) {
                throw new IllegalArgumentException(
                        row.name() + ": " + row.figures().size() + " figures (expected: " + columns.size() + ")");
            }
        }
    }

    /** One figure for each column. */
    public record Row(String name, List<Double> figures) {
        public Row {
            figures = List.copyOf(figures);
        }
    }

    /** One comparison. */
    public record Ratio(String name, Spread spread) {}

    /** A table of ratios: the median of the pairs, and how far the pairs lie apart. */
    public static Table ofRatios(String benchmark, List<Ratio> ratios) {
        List<Row> rows = ratios.stream()
                .map(ratio -> new Row(
                        ratio.name(),
                        List.of(
                                ratio.spread().median(),
                                ratio.spread().min(),
                                ratio.spread().max())))
                .toList();
        return new Table(benchmark + ": ratios, pairs of the same round", RATIO_COLUMNS, rows);
    }
}
