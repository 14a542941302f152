package io.sluice.api.server;

import io.sluice.api.http.RequestUrl;
import io.sluice.schemas.WireException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one port, found by method and path.
 *
 * <p>Several paths of routes can match the path of a request: {@code /v1/things/all} and {@code /v1/things/{name}}.
 * Then the request is for the more precise one, whatever its method is, as OpenAPI says.
 */
final class Routes {
    /** Paths below this need an authenticated caller, even for a 404. */
    private static final String GUARDED = "v1";

    private static final String GET = HttpMethod.GET.asString();
    private static final String HEAD = HttpMethod.HEAD.asString();

    /** The more precise paths are first. */
    private final List<Pattern> patterns;

    private final List<ApiRoute> below;
    /** Routes without parameters, by method and path: most requests are for one of them. */
    private final Map<String, Map<String, Match>> fixed = new HashMap<>();

    Routes(List<ApiRoute> routes) {
        this.below = routes.stream()
                .filter(route -> route.path().endsWith(ApiRoute.BELOW))
                .toList();
        List<ApiRoute> others =
                routes.stream().filter(route -> !below.contains(route)).toList();
        this.patterns =
                others.stream().map(Pattern::of).sorted(Pattern.PRECISION).toList();
        for (ApiRoute route : others) {
            if (!route.path().contains("{") && !route.path().contains("<")) {
                fixed.computeIfAbsent(route.path(), path -> new HashMap<>())
                        .putIfAbsent(route.method(), Match.of(route, Map.of()));
            }
        }
    }

    /**
     * The route that a request matches.
     *
     * @param route null if there is none
     * @param sibling the route of another method, if there is none of this
     * @param methods the methods that the path has, if not this one
     * @param isOpen whether the caller need not be authenticated
     */
    record Match(
            @Nullable ApiRoute route,
            Map<String, String> parameters,
            @Nullable ApiRoute sibling,
            Set<String> methods,
            boolean isOpen) {
        static Match of(ApiRoute route, Map<String, String> parameters) {
            return new Match(
                    route, parameters, null, Set.of(), route.permission().isOpen());
        }

        /** The name of its answer in metrics; null if it is not measured. */
        @Nullable String name() {
            ApiRoute named = route == null ? sibling : route;
            return named == null ? null : named.name();
        }
    }

    /**
     * Finds a route whose path is the beginning of this one, to the letter; null if there is none.
     *
     * @param path as it was sent
     */
    @Nullable Match findBelow(String path) {
        for (ApiRoute route : below) {
            int length = route.path().length() - ApiRoute.BELOW.length();
            boolean isThere = path.startsWith(route.path().substring(0, length))
                    && (path.length() == length || path.charAt(length) == '/');
            if (isThere) {
                return Match.of(route, Map.of(ApiRoute.BELOW, path.substring(length)));
            }
        }
        return null;
    }

    /**
     * Finds a route of the most precise path; of several, the first one. A slash at the end changes nothing.
     *
     * @param path as it was sent
     * @throws WireException if the path cannot be decoded in one way only
     */
    Match find(String method, String path) throws WireException {
        Map<String, Match> methods = fixed.get(path);
        Match match = methods == null ? null : methods.get(method);
        return match == null ? search(method, segments(path)) : match;
    }

    private Match search(String method, List<String> segments) {
        Set<String> methods = new TreeSet<>();
        Pattern closest = null;
        for (Pattern pattern : patterns) {
            if (closest != null && Pattern.PRECISION.compare(closest, pattern) != 0) {
                break;
            }
            Map<String, String> parameters = pattern.match(segments);
            if (parameters == null) {
                continue;
            }
            if (pattern.route().method().equals(method)) {
                return Match.of(pattern.route(), parameters);
            }
            closest = closest == null ? pattern : closest;
            methods.addAll(pattern.methods());
        }
        ApiRoute sibling = closest == null ? null : closest.route();
        boolean isOpen = sibling == null
                ? !segments.get(0).equals(GUARDED)
                : sibling.permission().isOpen();
        return new Match(null, Map.of(), sibling, methods, isOpen);
    }

    private static List<String> segments(String path) throws WireException {
        String[] encoded = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
        int count = encoded.length > 1 && encoded[encoded.length - 1].isEmpty() ? encoded.length - 1 : encoded.length;
        List<String> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            segments.add(RequestUrl.decoded("path", encoded[i]));
        }
        return segments;
    }

    /** A route with its path in segments. */
    private record Pattern(ApiRoute route, List<String> segments) {
        /**
         * The more precise path first: from the left, text is before a parameter, and one segment before several. Two
         * paths that match the same request are equal here only if they differ in nothing but names of parameters.
         */
        static final Comparator<Pattern> PRECISION = Pattern::compare;

        static Pattern of(ApiRoute route) {
            return new Pattern(route, List.of(route.path().substring(1).split("/", -1)));
        }

        private static int compare(Pattern one, Pattern other) {
            int shared = Math.min(one.segments.size(), other.segments.size());
            for (int i = 0; i < shared; i++) {
                int order = Integer.compare(breadth(one.segments.get(i)), breadth(other.segments.get(i)));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(other.segments.size(), one.segments.size());
        }

        private static int breadth(String segment) {
            if (segment.startsWith("<")) {
                return 2;
            }
            return segment.startsWith("{") ? 1 : 0;
        }

        /** What the route answers: HEAD, too, if it shows a resource. */
        Set<String> methods() {
            return route.method().equals(GET) ? Set.of(GET, HEAD) : Set.of(route.method());
        }

        /** The parameters in a path; null if it is another one. */
        @Nullable Map<String, String> match(List<String> path) {
            int more = path.size() - segments.size();
            Map<String, String> parameters = new LinkedHashMap<>();
            int at = 0;
            for (String segment : segments) {
                boolean takesMore = segment.startsWith("<");
                int end = at + 1 + (takesMore ? more : 0);
                if (end <= at || end > path.size()) {
                    return null;
                }
                if (takesMore || segment.startsWith("{")) {
                    parameters.put(segment.substring(1, segment.length() - 1), String.join("/", path.subList(at, end)));
                } else if (!segment.equals(path.get(at))) {
                    return null;
                }
                at = end;
            }
            return at == path.size() ? parameters : null;
        }
    }
}
