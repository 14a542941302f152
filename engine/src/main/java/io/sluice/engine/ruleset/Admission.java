package io.sluice.engine.ruleset;

import java.util.Map;

/**
 * One question to the engine: may this client do this now?
 *
 * @param clientId path {@code account[/segment...]}, already validated by the wire contract
 * @param account the first segment of {@code clientId}
 * @param cost tokens asked for; 0 looks without taking
 * @param method HTTP method in upper case, or empty
 * @param path normalised path of the route
 * @param host host in lower case without port, or empty
 * @param attributes free-form facts of the request that limits may be scoped by
 */
public record Admission(
        String clientId,
        String account,
        long cost,
        String method,
        RoutePath path,
        String host,
        Map<String, String> attributes) {

    public Admission {
        attributes = Map.copyOf(attributes);
    }
}
