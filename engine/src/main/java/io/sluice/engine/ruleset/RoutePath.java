package io.sluice.engine.ruleset;

import java.util.ArrayList;
import java.util.List;

/**
 * A request path as the matcher sees it: its segments, after everything that would let one resource be spelled in two
 * ways has been folded.
 *
 * <p>The query and fragment are cut, empty and {@code .} segments dropped, and {@code ..} removes the segment before
 * it, so {@code /v1//orders/./7/?a=b} is {@code /v1/orders/7}. Percent-encoding and case are left alone: front ends
 * decode paths in different ways, and a guess here would be a way around a limit.
 */
public record RoutePath(List<String> segments) {
    /** The path of a request that names none. */
    public static final RoutePath ROOT = new RoutePath(List.of());

    public RoutePath {
        segments = List.copyOf(segments);
    }

    public static RoutePath of(String path) {
        int end = endOfPath(path);
        if (end == 0) {
            return ROOT;
        }
        List<String> segments = new ArrayList<>();
        int start = 0;
        while (start <= end) {
            int slash = path.indexOf('/', start);
            int stop = slash < 0 || slash > end ? end : slash;
            push(segments, path.substring(start, stop));
            start = stop + 1;
        }
        return new RoutePath(segments);
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

    private static void push(List<String> segments, String segment) {
        if (segment.isEmpty() || segment.equals(".")) {
            return;
        }
        if (!segment.equals("..")) {
            segments.add(segment);
        } else if (!segments.isEmpty()) {
            segments.remove(segments.size() - 1);
        }
    }

    @Override
    public String toString() {
        return "/" + String.join("/", segments);
    }
}
