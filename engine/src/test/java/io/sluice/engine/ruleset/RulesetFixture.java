package io.sluice.engine.ruleset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ruleset documents as the trees that a JSON or YAML reader would give, and admissions to decide by them. */
public final class RulesetFixture {
    private RulesetFixture() {}

    /** A changeable tree of key, value, key, value. */
    public static Map<String, Object> tree(Object... keysAndValues) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            tree.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return tree;
    }

    /** A limit by client on every route. */
    public static Map<String, Object> limit(String id, long tokens, String per, long burst) {
        return limit(id, "client", tokens, per, burst);
    }

    public static Map<String, Object> limit(String id, Object scope, long tokens, String per, long burst) {
        return tree("id", id, "scope", scope, "rate", tree("tokens", tokens, "per", per), "burst", burst);
    }

    /** The limit with a {@code match} of key, value, key, value. */
    public static Map<String, Object> matching(Map<String, Object> limit, Object... keysAndValues) {
        limit.put("match", tree(keysAndValues));
        return limit;
    }

    public static Map<String, Object> document(List<Map<String, Object>> limits) {
        return tree("limits", new ArrayList<>(limits));
    }

    @SafeVarargs
    public static Map<String, Object> document(Map<String, Object>... limits) {
        return document(List.of(limits));
    }

    @SafeVarargs
    public static Ruleset ruleset(long revision, Map<String, Object>... limits) {
        return compiled(revision, document(limits));
    }

    /** Compiles a document that is expected to be valid. */
    public static Ruleset compiled(long revision, Map<String, Object> document) {
        try {
            return RulesetCompiler.compile(revision, document);
        } catch (InvalidRulesetException e) {
            throw new AssertionError("the fixture's document is invalid: " + e.getMessage(), e);
        }
    }

    /** Everything that is wrong with a document, in the order in which it was found. */
    static List<String> problems(Map<String, Object> document) {
        try {
            RulesetCompiler.compile(1, document);
            return List.of();
        } catch (InvalidRulesetException e) {
            return e.problems().stream().map(RulesetProblem::toString).toList();
        }
    }

    /** {@code GET /} without host or attributes. */
    public static Admission admission(String clientId, long cost) {
        return admission(clientId, cost, "GET", "/", Map.of());
    }

    public static Admission admission(
            String clientId, long cost, String method, String path, Map<String, String> attributes) {
        return new Admission(
                clientId, clientId.split("/", -1)[0], cost, method, RoutePath.of(path), /* host= */ "", attributes);
    }
}
