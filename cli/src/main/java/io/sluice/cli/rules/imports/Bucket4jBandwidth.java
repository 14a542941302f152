package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.ImportFinding.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bandwidth of Bucket4j's Spring Boot starter.
 *
 * @param name its numbers, for the ID of a limit
 * @param tree the algorithm of a limit
 */
record Bucket4jBandwidth(String name, Map<String, Object> tree) {
    static final long TOKENS_MAX = 1_000_000_000_000L;
    private static final long TIME_MAX = 1_000_000_000L;
    private static final Set<String> FIELDS =
            Set.of("id", "capacity", "refill-capacity", "time", "unit", "initial-capacity", "refill-speed");
    /** Units of time as the starter names them, with how many of which unit a ruleset has for it. */
    private static final Map<String, String> UNITS =
            Map.of("millis", "1ms", "seconds", "1s", "minutes", "1m", "hours", "1h", "half-days", "12h", "days", "1d");

    /** The limit of a bandwidth; null if something is wrong in it, which is noted. */
    static @Nullable Bucket4jBandwidth of(SourceSection section, List<ImportFinding> findings) {
        Bucket4jImport.noteUnknown(section, FIELDS, findings);
        long capacity = positive(section, "capacity", TOKENS_MAX);
        long refill = section.has("refill-capacity") ? positive(section, "refill-capacity", TOKENS_MAX) : capacity;
        String per = per(section);
        if (capacity == 0 || refill == 0 || per == null) {
            return null;
        }
        if (section.has("initial-capacity") && section.number("initial-capacity", TOKENS_MAX) != capacity) {
            findings.add(new ImportFinding(
                    Kind.CHANGED,
                    section.placeOf("initial-capacity"),
                    "initial-capacity: " + section.text("initial-capacity"),
                    "every bucket begins full",
                    "nothing to do; or a smaller burst"));
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        boolean isInterval = isInterval(section);
        if (isInterval) {
            findings.add(new ImportFinding(
                    Kind.CHANGED,
                    section.placeOf("refill-speed"),
                    "refill-speed: interval",
                    refill == capacity
                            ? "a window begins with the first request after the last one has ended; there, intervals"
                                    + " follow each other from the first request of all"
                            : "tokens come back evenly here; there, " + refill + " at once at the end of each interval",
                    "nothing to do, unless the moment matters"));
        }
        if (isInterval && refill == capacity) {
            tree.put("algorithm", "fixed-window");
            tree.put("limit", capacity);
            Map<String, Object> window = new LinkedHashMap<>();
            window.put("per", per);
            window.put("from", "first-hit");
            tree.put("window", window);
        } else {
            Map<String, Object> rate = new LinkedHashMap<>();
            rate.put("tokens", refill);
            rate.put("per", per);
            tree.put("rate", rate);
            tree.put("burst", capacity);
        }
        return new Bucket4jBandwidth(capacity + "-per-" + per, tree);
    }

    private static boolean isInterval(SourceSection section) {
        String speed = section.text("refill-speed").toLowerCase(Locale.ROOT);
        if (!speed.isEmpty() && !speed.equals("greedy") && !speed.equals("interval")) {
            section.problem("refill-speed", section.text("refill-speed") + " (expected: greedy, interval)");
        }
        return speed.equals("interval");
    }

    private static @Nullable String per(SourceSection section) {
        long time = positive(section, "time", TIME_MAX);
        String name = section.text("unit").toLowerCase(Locale.ROOT).replace('_', '-');
        String unit = UNITS.get(name);
        if (unit == null) {
            section.problem(
                    "unit",
                    (name.isEmpty() ? "missing" : section.text("unit"))
                            + " (expected: millis, seconds, minutes, hours, half_days, days)");
            return null;
        }
        String letters = unit.replaceAll("\\d", "");
        return time == 0 ? null : time * Long.parseLong(unit.replaceAll("\\D", "")) + letters;
    }

    private static long positive(SourceSection section, String name, long max) {
        if (!section.has(name)) {
            section.problem(name, "missing (expected: a whole number, 1.." + max + ")");
            return 0;
        }
        long number = section.number(name, max);
        if (number == 0 && section.text(name).matches("0+")) {
            section.problem(name, "0 (expected: a whole number, 1.." + max + ")");
        }
        return number;
    }
}
