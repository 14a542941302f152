package io.sluice.engine.ruleset;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request path in one normal form, so that one resource cannot be spelled around a limit.
 *
 * <p>The steps of RFC 3986, section 6.2.2, in this order:
 *
 * <ol>
 *   <li>The query and the fragment are cut.
 *   <li>Percent-encoded unreserved characters are decoded ({@code %6Cogin} is {@code login}); hexadecimal digits of the
 *       others become upper case; characters that no path may contain are encoded.
 *   <li>{@code .} and {@code ..} are resolved, each {@code ..} with the segment before it, which may be empty.
 *   <li>Empty segments are dropped ({@code /v1//orders/} is {@code /v1/orders}), unless a ruleset keeps them.
 * </ol>
 *
 * <p>Some servers read more into a path: they take {@code \}, {@code %2F} and {@code %5C} for a slash, cut
 * {@code ;parameters} from segments, or merge slashes before they resolve {@code ..}. Where that gives another path,
 * {@link #otherReading} has it, and a limit applies if either reading matches:
 *
 * <pre>
 *   /v1/orders//../7      /v1/orders/7      or, slashes merged first,   /v1/7
 *   /v1/orders%2F7        /v1/orders%2F7    or, decoded,                /v1/orders/7
 *   /v1/..;x/admin        /v1/..;x/admin    or, parameters cut,         /admin
 * </pre>
 *
 * @param segments the segments that are matched
 * @param spelled the same with empty segments, as a ruleset sees them that keeps slashes
 * @param otherReading the segments as a lenient server reads them; null if that makes no difference
 */
public record RoutePath(
        List<String> segments,
        List<String> spelled,
        @Nullable List<String> otherReading) {
    /** The path of a request that names none. */
    public static final RoutePath ROOT = new RoutePath(List.of(), List.of(), null);

    /** The characters of a path segment beside letters, digits and percent-encodings, RFC 3986 {@code pchar}. */
    private static final String PLAIN = "-._~!$&'()*+,;=:@";

    private static final String UNRESERVED = "-._~";

    public RoutePath {
        segments = List.copyOf(segments);
        spelled = List.copyOf(spelled);
        otherReading = otherReading == null ? null : List.copyOf(otherReading);
    }

    public static RoutePath of(String path) {
        int end = endOfPath(path);
        if (end == 0) {
            return ROOT;
        }
        String text = path.substring(0, end);
        List<String> spelled = resolved(text, RoutePath::normalSegment);
        List<String> segments = withoutEmpty(spelled);
        List<String> other = isAmbiguous(text) ? lenient(text) : segments;
        return new RoutePath(segments, spelled, other.equals(segments) ? null : other);
    }

    private static int endOfPath(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '?' || c == '#') {
                return i;
            }
        }
        return path.length();
    }

    /** The segments of a path without query after each is normalised and dot segments are resolved; empty ones stay. */
    static List<String> resolved(String path, UnaryOperator<String> normal) {
        List<String> segments = new ArrayList<>();
        int start = path.startsWith("/") ? 1 : 0;
        if (start == path.length()) {
            return segments;
        }
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int stop = slash < 0 ? path.length() : slash;
            push(segments, normal.apply(path.substring(start, stop)), slash < 0);
            start = stop + 1;
        }
        return segments;
    }

    private static void push(List<String> segments, String segment, boolean isLast) {
        boolean isParent = segment.equals("..");
        if (!isParent && !segment.equals(".")) {
            segments.add(segment);
            return;
        }
        if (isParent && !segments.isEmpty()) {
            segments.remove(segments.size() - 1);
        }
        // What ends in a dot segment is a directory: /v1/. is /v1/.
        if (isLast && !segments.isEmpty()) {
            segments.add("");
        }
    }

    static List<String> withoutEmpty(List<String> segments) {
        return segments.contains("")
                ? segments.stream().filter(segment -> !segment.isEmpty()).toList()
                : segments;
    }

    /** One segment in normal form; most are in it already. */
    static String normalSegment(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            if (!isOneOf(segment.charAt(i), PLAIN)) {
                return encoded(segment, i);
            }
        }
        return segment;
    }

    private static String encoded(String segment, int from) {
        StringBuilder normal = new StringBuilder(segment.length() + 8).append(segment, 0, from);
        int at = from;
        while (at < segment.length()) {
            int escape = escapeAt(segment, at);
            if (escape >= 0) {
                append(normal, escape, UNRESERVED);
                at += 3;
            } else {
                int codePoint = segment.codePointAt(at);
                if (codePoint < 0x80) {
                    append(normal, codePoint, PLAIN);
                } else {
                    byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
                    for (byte one : bytes) {
                        append(normal, one & 0xff, PLAIN);
                    }
                }
                at += Character.charCount(codePoint);
            }
        }
        return normal.toString();
    }

    private static void append(StringBuilder normal, int octet, String plain) {
        if (octet < 0x80 && isOneOf((char) octet, plain)) {
            normal.append((char) octet);
        } else {
            normal.append('%').append(hexDigit(octet >> 4)).append(hexDigit(octet & 0xf));
        }
    }

    private static char hexDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }

    private static boolean isOneOf(char c, String marks) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.indexOf(c) >= 0;
    }

    /** The octet that is percent-encoded there; -1 if none is. */
    private static int escapeAt(String text, int at) {
        if (text.charAt(at) != '%' || at + 2 >= text.length()) {
            return -1;
        }
        int high = hexValue(text.charAt(at + 1));
        int low = hexValue(text.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** ASCII only: {@link Character#digit} would take digits of other scripts, too. */
    private static int hexValue(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /** Whether there is anything that lenient servers read in another way. */
    private static boolean isAmbiguous(String path) {
        boolean doubled = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' || c == ';') {
                return true;
            }
            if (c == '%') {
                int escape = escapeAt(path, i);
                if (escape == '/' || escape == '\\') {
                    return true;
                }
            }
            doubled |= c == '/' && i > 0 && path.charAt(i - 1) == '/';
        }
        return doubled && (path.contains("..") || path.indexOf('%') >= 0);
    }

    private static List<String> lenient(String path) {
        StringBuilder slashes = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int escape = escapeAt(path, i);
            char c = path.charAt(i);
            if (c == '\\' || escape == '/' || escape == '\\') {
                slashes.append('/');
                i += escape < 0 ? 0 : 2;
            } else {
                slashes.append(c);
            }
        }
        List<String> segments = new ArrayList<>();
        for (String part : slashes.toString().split("/")) {
            int parameters = part.indexOf(';');
            String segment = normalSegment(parameters < 0 ? part : part.substring(0, parameters));
            if (!segment.isEmpty()) {
                push(segments, segment, /* isLast= */ false);
            }
        }
        return segments;
    }

    @Override
    public String toString() {
        return "/" + String.join("/", segments);
    }
}
