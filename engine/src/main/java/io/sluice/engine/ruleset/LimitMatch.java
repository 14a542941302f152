package io.sluice.engine.ruleset;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The matcher of a limit: which admissions it applies to. Every part that is given must match; a part that is absent
 * matches all.
 *
 * @param methods HTTP methods in upper case; empty for any
 * @param host exact host, or {@code *.example.com} for every host below a domain
 * @param path template over the path
 * @param tiers tiers of the account; empty for any
 * @param attributes what attributes of the request must be, by name
 */
public record LimitMatch(
        Set<String> methods,
        @Nullable String host,
        @Nullable PathTemplate path,
        Set<String> tiers,
        Map<String, ValueMatch> attributes) {

    public static final LimitMatch ALL = new LimitMatch(Set.of(), null, null, Set.of(), Map.of());

    public LimitMatch {
        methods = Set.copyOf(methods);
        tiers = Set.copyOf(tiers);
        attributes = Map.copyOf(attributes);
    }

    boolean appliesToTier(String tier) {
        return tiers.isEmpty() || tiers.contains(tier);
    }

    /** Whether everything but the tier matches. */
    boolean appliesTo(Admission admission) {
        return (methods.isEmpty() || methods.contains(admission.method()))
                && (path == null || path.matches(admission.path()))
                && (host == null || hostMatches(host, admission.host()))
                && attributesMatch(admission);
    }

    static boolean hostMatches(String expected, String actual) {
        return expected.startsWith("*.") ? actual.endsWith(expected.substring(1)) : expected.equals(actual);
    }

    private boolean attributesMatch(Admission admission) {
        if (attributes.isEmpty()) {
            return true;
        }
        for (Map.Entry<String, ValueMatch> expected : attributes.entrySet()) {
            String actual = admission.attributes().get(expected.getKey());
            if (actual == null || !expected.getValue().matches(actual)) {
                return false;
            }
        }
        return true;
    }
}
