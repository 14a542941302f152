package io.sluice.perf.engine;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same requests for every limiter: one hot client, a bucket that never runs dry, and time that passes. */
final class Workload {
    static final String CLIENT = "acme/team-a/alice";
    static final long BURST = 10_000_000_000L;
    /** Half of the requested tokens flow back, so the bucket is neither full nor, within a run, empty. */
    static final long TOKENS_PER_MILLI = 32;

    private static final int REQUESTS_PER_MILLI = 64;
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final List<Object> SCOPES =
            List.of("client", "account", List.of("account", "attribute:region"), List.of("client", "attribute:region"));

    private long loadRequests;

    /** The time of the next request; moves on by a millisecond now and then, as on a busy partition. */
    long nextMillis() {
        return START_MILLIS + loadRequests++ / REQUESTS_PER_MILLI;
    }

    static Admission admission() {
        return new Admission(
                CLIENT, "acme", 1, "GET", RoutePath.of("/v1/orders/7"), "api.example.com", Map.of("region", "eu"));
    }

    /** That many limits, all of which apply, each by a scope of its own. */
    static Ruleset applyingLimits(int count) {
        List<Object> limits = new ArrayList<>();
        for (Object scope : SCOPES.subList(0, count)) {
            limits.add(limit("limit-" + limits.size(), "/v1/**", scope));
        }
        return compiled(limits);
    }

    /** That many limits for as many paths; the last one applies. */
    static Ruleset limitsOfRoutes(int count) {
        List<Object> limits = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            limits.add(limit("limit-" + i, "/v1/resource-" + i + "/{id}", "client"));
        }
        limits.add(limit("limit-0", "/v1/orders/{id}", "client"));
        return compiled(limits);
    }

    private static Object limit(String id, String path, Object scope) {
        return Map.of(
                "id", id,
                "match", Map.of("path", path),
                "scope", scope,
                "rate", Map.of("tokens", TOKENS_PER_MILLI, "per", "1ms"),
                "burst", BURST);
    }

    private static Ruleset compiled(List<Object> limits) {
        try {
            return RulesetCompiler.compile(1, Map.of("limits", limits));
        } catch (InvalidRulesetException e) {
            throw new IllegalStateException("the benchmark's ruleset is wrong", e);
        }
    }
}
