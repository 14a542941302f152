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
    private static final int CLOSED = 1_000_000;
    private static final int LITERAL = 1_000;

    public PathTemplate {
        segments = List.copyOf(segments);
    }

    /**
     * Parses a template.
     *
     * @param rules how the ruleset reads paths
     * @throws IllegalArgumentException if it begins with no slash, has a query or a bad parameter, or {@code **} is not
     *     last
     */
    static PathTemplate of(String text, PathRules rules) {
        if (!text.startsWith("/")) {
            throw wrong(text, "a path that begins with /");
        }
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
            throw wrong(text, "a path alone; queries and fragments are not matched");
        }
        if (text.indexOf('\\') >= 0) {
            throw wrong(text, "/ between segments");
        }
        List<String> spelled = RoutePath.resolved(text, part -> compiled(text, part));
        List<String> parts = rules.segments(RoutePath.withoutEmpty(spelled), spelled);
        if (parts.size() > SEGMENTS_MAX) {
            throw new IllegalArgumentException(parts.size() + " segments (expected: at most " + SEGMENTS_MAX + ")");
        }
        boolean openEnded = !parts.isEmpty() && parts.get(parts.size() - 1).equals(REST);
        List<String> closed = openEnded ? parts.subList(0, parts.size() - 1) : parts;
        if (closed.contains(REST)) {
            throw wrong(text, "** only as the last segment");
        }
        return new PathTemplate(text, closed, openEnded);
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException("\"" + text + "\" (expected: " + expected + ")");
    }

    private static String compiled(String text, String part) {
        if (part.equals(REST) || part.equals(ANY)) {
            return part;
        }
        if (part.startsWith("{") && part.endsWith("}") && part.length() > 2) {
            return ANY;
        }
        if (part.indexOf('{') >= 0 || part.indexOf('}') >= 0 || part.indexOf('*') >= 0) {
            throw wrong(text, "{name}, * or ** as a whole segment");
        }
        if (part.startsWith(":")) {
            throw wrong(text, "{" + (part.length() > 1 ? part.substring(1) : "name") + "} for any one segment");
        }
        return RoutePath.normalSegment(part);
    }

    /** Whether the path has this form in either of its readings. */
    boolean matches(RoutePath path) {
        List<String> other = path.otherReading();
        return matches(path.segments()) || (other != null && matches(other));
    }

    /**
     * How precise it is: a template without {@code **} is more precise than one with it; then the number of literal
     * segments counts.
     */
    public int precision() {
        int literals = 0;
        for (String segment : segments) {
            literals += segment.equals(ANY) ? 0 : 1;
        }
        return (openEnded ? 0 : CLOSED) + LITERAL * literals + segments.size();
    }

    private boolean matches(List<String> actual) {
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
