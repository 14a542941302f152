package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shares of a bucket's capacity whose use raises an alert.
 *
 * <p><b>When an alert is due.</b> A threshold is armed or quiet. A charge that leaves the used share at an armed
 * threshold or above it is a crossing: it is reported once, and the threshold becomes quiet. A charge arms it again if
 * it finds the used share below the threshold by ten points of the capacity, or by half the threshold if that is less.
 * So a bucket that stays around 80 % is reported once, not on every request.
 *
 * <pre>
 *   capacity 100, threshold 80 %: armed again below 70
 *   used before -&gt; after      79 -&gt; 80   reported      71 -&gt; 85   quiet still
 *                             75 -&gt; 81   quiet         69 -&gt; 70   armed again, not crossed
 *                                                      70 -&gt; 90   reported
 * </pre>
 *
 * <p><b>What is remembered.</b> Ascending thresholds are armed again from the top. So the quiet ones are the lowest,
 * and one number per bucket is enough for all: the highest quiet threshold. It changes only where the bucket is
 * charged. A full bucket arms every threshold, so a bucket that the clean-up dropped equals one that it has not come
 * to.
 *
 * @param perMille thresholds, ascending
 */
public record AlertThresholds(List<Integer> perMille) {
    /** The most thresholds of one limit, hence the most alerts of one charge to one bucket. */
    public static final int THRESHOLDS_MAX = 8;

    /** The largest share: beyond it nobody counts. */
    public static final int PER_MILLE_MAX = 10_000;

    public static final AlertThresholds NONE = new AlertThresholds(List.of());

    private static final int WHOLE = 1_000;
    private static final int MARGIN = 100;
    private static final Pattern SHARE = Pattern.compile("(\\d{1,4})(?:\\.(\\d))?%");

    public AlertThresholds {
        perMille = List.copyOf(perMille);
        if (perMille.size() > THRESHOLDS_MAX) {
            throw new IllegalArgumentException(
                    perMille.size() + " thresholds (expected: at most " + THRESHOLDS_MAX + ")");
        }
        int previous = 0;
        for (int threshold : perMille) {
            Bounds.within("perMille", threshold, 1, PER_MILLE_MAX);
            if (threshold <= previous) {
                throw new IllegalArgumentException(
                        shown(threshold) + " after " + shown(previous) + " (expected: ascending shares, none twice)");
            }
            previous = threshold;
        }
    }

    /** Whether one is above the capacity. */
    boolean areAboveWhole() {
        return !perMille.isEmpty() && perMille.get(perMille.size() - 1) > WHOLE;
    }

    AlertThresholds aboveWhole() {
        return new AlertThresholds(
                perMille.stream().filter(threshold -> threshold > WHOLE).toList());
    }

    AlertThresholds upToWhole() {
        return new AlertThresholds(
                perMille.stream().filter(threshold -> threshold <= WHOLE).toList());
    }

    /**
     * The effect of a charge on the thresholds.
     *
     * @param quietPerMille the highest threshold that is quiet from now on, 0 if none is
     * @param crossedPerMille the thresholds to report, ascending
     */
    public record Crossing(int quietPerMille, List<Integer> crossedPerMille) {
        static final Crossing NONE = new Crossing(0, List.of());

        public Crossing {
            crossedPerMille = List.copyOf(crossedPerMille);
        }
    }

    /**
     * Finds the thresholds that one charge crosses.
     *
     * @param quietPerMille the highest threshold that has been quiet, 0 if none has
     */
    public Crossing crossedBy(int quietPerMille, long usedBefore, long usedAfter, long capacity) {
        if (perMille.isEmpty()) {
            return Crossing.NONE;
        }
        int stillQuiet = 0;
        List<Integer> crossed = List.of();
        for (int threshold : perMille) {
            if (threshold <= quietPerMille && !isArmedAgain(threshold, usedBefore, capacity)) {
                stillQuiet = threshold;
            } else if (usedAfter * WHOLE >= threshold * capacity) {
                crossed = crossed.isEmpty() ? new ArrayList<>(perMille.size()) : crossed;
                crossed.add(threshold);
                stillQuiet = threshold;
            }
        }
        return new Crossing(stillQuiet, crossed);
    }

    private static boolean isArmedAgain(int threshold, long used, long capacity) {
        // In halves of a thousandth, so that half a threshold is a whole number.
        long armedBelow = Math.max(threshold, 2L * (threshold - MARGIN));
        return used * 2 * WHOLE < armedBelow * capacity;
    }

    private static String shown(int perMille) {
        return perMille / 10 + (perMille % 10 == 0 ? "" : "." + perMille % 10) + "%";
    }

    private static int threshold(String share) {
        Matcher parts = SHARE.matcher(share);
        int perMille = !parts.matches()
                ? 0
                : Integer.parseInt(parts.group(1)) * 10
                        + (parts.group(2) == null ? 0 : parts.group(2).charAt(0) - '0');
        if (perMille == 0 || perMille > PER_MILLE_MAX) {
            throw new IllegalArgumentException("\"" + share + "\" (expected: 0.1% to 1000%, such as 80%)");
        }
        return perMille;
    }

    /** Reads a list of shares, or {@code fallback} if the section has none. */
    static AlertThresholds of(DocumentSection section, String field, AlertThresholds fallback) {
        if (!section.has(field)) {
            return fallback;
        }
        AlertThresholds thresholds = section.parsed(
                field,
                it -> new AlertThresholds(
                        it.texts(field).stream().map(AlertThresholds::threshold).toList()));
        return thresholds == null ? fallback : thresholds;
    }
}
