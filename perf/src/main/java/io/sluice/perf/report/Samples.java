package io.sluice.perf.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** What the rounds of a benchmark measured, by row; the same round of two rows makes a pair. */
public final class Samples {
    private final Map<String, List<Double>> valuesByRow = new HashMap<>();

    /** Adds what the next round measured for a row. */
    public void add(String row, double value) {
        valuesByRow.computeIfAbsent(row, key -> new ArrayList<>()).add(value);
    }

    public Spread of(String row) {
        return Spread.of(values(row));
    }

    /** The ratios of the pairs of two rows. */
    public Spread ratio(String row, String baseline) {
        return ofPairs(row, baseline, (above, below) -> above / below);
    }

    /** The differences of the pairs of two rows. */
    public Spread difference(String row, String baseline) {
        return ofPairs(row, baseline, (above, below) -> above - below);
    }

    private Spread ofPairs(String row, String baseline, DoubleBinaryOperator compared) {
        List<Double> above = values(row);
        List<Double> below = values(baseline);
        if (above.size() != below.size()) {
            throw new IllegalStateException(
                    row + ": " + above.size() + " rounds (expected: " + below.size() + ", as " + baseline + ")");
        }
        List<Double> pairs = new ArrayList<>();
        for (int i = 0; i < above.size(); i++) {
            pairs.add(compared.applyAsDouble(above.get(i), below.get(i)));
        }
        return Spread.of(pairs);
    }

    private List<Double> values(String row) {
        List<Double> values = valuesByRow.get(row);
        if (values == null) {
            throw new IllegalStateException(row + ": not measured (expected: one of " + valuesByRow.keySet() + ")");
        }
        return values;
    }
}
