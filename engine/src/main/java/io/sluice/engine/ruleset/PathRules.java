package io.sluice.engine.ruleset;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The settings of a ruleset for reading paths, in addition to the normal form of {@link RoutePath}.
 *
 * <pre>
 *   paths: {case: insensitive, slashes: keep}
 * </pre>
 *
 * @param foldsCase {@code /Login} is {@code /login}
 * @param keepsSlashes {@code /v1//orders} and {@code /v1/orders/} are other paths than {@code /v1/orders}
 */
record PathRules(boolean foldsCase, boolean keepsSlashes) {
    static final PathRules STANDARD = new PathRules(false, false);

    static PathRules read(DocumentSection root) {
        if (!root.has("paths")) {
            return STANDARD;
        }
        DocumentSection section = root.section("paths", Set.of("case", "slashes"));
        return new PathRules(
                section.choice("case", Map.of("sensitive", false, "insensitive", true), false),
                section.choice("slashes", Map.of("merge", false, "keep", true), false));
    }

    /** The path as limits of this ruleset see it. */
    RoutePath applied(RoutePath path) {
        if (equals(STANDARD)) {
            return path;
        }
        List<String> other = path.otherReading();
        return new RoutePath(
                segments(path.segments(), path.spelled()), path.spelled(), other == null ? null : folded(other));
    }

    /** The segments that are matched: those with or those without empty ones. */
    List<String> segments(List<String> merged, List<String> spelled) {
        return folded(keepsSlashes ? spelled : merged);
    }

    private List<String> folded(List<String> segments) {
        return foldsCase
                ? segments.stream()
                        .map(segment -> segment.toLowerCase(Locale.ROOT))
                        .toList()
                : segments;
    }
}
