package io.sluice.api.server;

import io.sluice.api.http.RequestUrl;
import io.sluice.schemas.WireException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The routes of one port, found by method and path. */
final class Routes {
    /** Paths below this need an authenticated caller, even for a 404. */
    private static final String GUARDED = "v1";

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
        this.patterns = others.stream().map(Pattern::of).toList();
        for (ApiRoute route : others) {
            if (!route.path().contains("{") && !route.path().contains("<")) {
                fixed.computeIfAbsent(route.path(), path -> new HashMap<>())
                        .put(route.method(), Match.of(route, Map.of()));
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
     * Finds a route; of several, the first one. A slash at the end changes nothing.
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
        ApiRoute sibling = null;
        for (Pattern pattern : patterns) {
            Map<String, String> parameters = pattern.match(segments);
            if (parameters == null) {
                continue;
            }
            if (pattern.route().method().equals(method)) {
                return Match.of(pattern.route(), parameters);
            }
            sibling = sibling == null ? pattern.route() : sibling;
            methods.add(pattern.route().method());
        }
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
        static Pattern of(ApiRoute route) {
            return new Pattern(route, List.of(route.path().substring(1).split("/", -1)));
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
