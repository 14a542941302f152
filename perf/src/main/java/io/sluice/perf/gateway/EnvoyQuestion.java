package io.sluice.perf.gateway;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A question to a rate limit service: may this client use this path? What both services are told is the same, and
 * allows everything.
 *
 * @param clientId the client, who is an account of its own
 * @param path what Sluice's limits are chosen by
 */
record EnvoyQuestion(String clientId, String path) {
    static final String DOMAIN = "edge";

    /** Sluice answers the first path out of leases, and the second through Kafka, however often it is asked. */
    static final String RULES = """
            {"limits":[
              {"id":"leased","match":{"path":"/v1/orders"},"scope":"client",
               "rate":{"tokens":1000000,"per":"1s"},"burst":1000000000},
              {"id":"exact","match":{"path":"/v1/payments"},"scope":"client","exact":true,
               "rate":{"tokens":1000000,"per":"1s"},"burst":1000000000}]}
            """;

    /** The same for Envoy's own service, which takes no longer for one than for the other. */
    static final String LIMITS = """
            domain: edge
            descriptors:
              - key: user_id
                descriptors:
                  - key: path
                    rate_limit: {unit: hour, requests_per_unit: 4000000000}
            """;

    private static final String LEASED = "/v1/orders";
    private static final String EXACT = "/v1/payments";

    static List<EnvoyQuestion> leased(String prefix, int clients) {
        return of(prefix, clients, LEASED);
    }

    static List<EnvoyQuestion> exact(String prefix, int clients) {
        return of(prefix, clients, EXACT);
    }

    private static List<EnvoyQuestion> of(String prefix, int clients, String path) {
        return IntStream.range(0, clients)
                .mapToObj(i -> new EnvoyQuestion(prefix + "-" + i, path))
                .toList();
    }

    /** The question alone. */
    RateLimitRequest message() {
        return RateLimitRequest.newBuilder()
                .setDomain(DOMAIN)
                .addDescriptors(descriptor())
                .build();
    }

    RateLimitDescriptor descriptor() {
        return RateLimitDescriptor.newBuilder()
                .addEntries(entry("user_id", clientId))
                .addEntries(entry("path", path))
                .build();
    }

    private static RateLimitDescriptor.Entry entry(String key, String value) {
        return RateLimitDescriptor.Entry.newBuilder()
                .setKey(key)
                .setValue(value)
                .build();
    }
}
