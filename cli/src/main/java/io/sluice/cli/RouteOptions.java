package io.sluice.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the route and the attributes of an admission. */
public final class RouteOptions {
    @Option(names = "--method", paramLabel = "METHOD", description = "HTTP method of the route.")
    private @Nullable String method;

    @Option(names = "--path", paramLabel = "PATH", description = "Path of the route.")
    private @Nullable String path;

    @Option(names = "--host", paramLabel = "HOST", description = "Host of the route.")
    private @Nullable String host;

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "An attribute of the request; repeatable.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    /** The body of a request for this client and this cost. */
    public Map<String, Object> admission(String clientId, long cost) {
        Map<String, Object> route = new LinkedHashMap<>();
        putIfGiven(route, "method", method);
        putIfGiven(route, "path", path);
        putIfGiven(route, "host", host);
        Map<String, Object> admission = new LinkedHashMap<>();
        admission.put("clientId", clientId);
        admission.put("cost", cost);
        if (!route.isEmpty()) {
            admission.put("route", route);
        }
        if (!attributes.isEmpty()) {
            admission.put("attributes", attributes);
        }
        return admission;
    }

    private static void putIfGiven(Map<String, Object> members, String name, @Nullable String value) {
        if (value != null) {
            members.put(name, value);
        }
    }
}
