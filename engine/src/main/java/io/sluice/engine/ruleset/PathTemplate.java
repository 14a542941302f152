package io.sluice.engine.ruleset;

import java.util.List;

/**
 * A pattern over path segments: literals, {@code {name}} or {@code *} for exactly one segment, and {@code **} at the
 * end for any number of further ones.
 *
 * <p>{@code /v1/orders/{id}} matches {@code /v1/orders/7} but not {@code /v1/orders} or {@code /v1/orders/7/items};
 * {@code /v1/**} matches all four of {@code /v1}, {@code /v1/orders}, and what lies below.
 */
public record PathTemplate(String text, List<String> segments, boolean openEnded) {
    static final int SEGMENTS_MAX = 64;
    /** A segment that matches every one. */
    static final String ANY = "*";

    private static final String REST = "**";

    public PathTemplate {
        segments = List.copyOf(segments);
    }

    /**
     * Parses a template.
     *
     * @throws IllegalArgumentException if it begins with no slash, has a bad parameter, or {@code **} is not last
     */
    public static PathTemplate of(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a path that begins with /)");
        }
        List<String> parts = RoutePath.of(text).segments();
        if (parts.size() > SEGMENTS_MAX) {
            throw new IllegalArgumentException(parts.size() + " segments (expected: at most " + SEGMENTS_MAX + ")");
        }
        boolean openEnded = !parts.isEmpty() && parts.get(parts.size() - 1).equals(REST);
        List<String> closed = openEnded ? parts.subList(0, parts.size() - 1) : parts;
        return new PathTemplate(
                text, closed.stream().map(part -> compiled(text, part)).toList(), openEnded);
    }

    private static String compiled(String text, String part) {
        if (part.equals(REST)) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: ** only as the last segment)");
        }
        if (part.startsWith("{") && part.endsWith("}") && part.length() > 2) {
            return ANY;
        }
        if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0 || (part.indexOf('*') >= 0 && !part.equals(ANY))) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: {name}, * or ** as a whole segment)");
        }
        return part;
    }

    public boolean matches(RoutePath path) {
        List<String> actual = path.segments();
        if (openEnded ? actual.size() < segments.size() : actual.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            String expected = segments.get(i);
            if (!expected.equals(ANY) && !expected.equals(actual.get(i))) {
                return false;
            }
        }
        return true;
    }
}
