package io.sluice.engine.ruleset;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which admissions a limit applies to. Every part that is given must match; a part that is absent matches all.
 *
 * @param methods HTTP methods in upper case; empty for any
 * @param host exact host, or {@code *.example.com} for every host below a domain
 * @param path template over the path
 * @param tiers tiers of the account; empty for any
 */
public record LimitMatch(
        Set<String> methods,
        @Nullable String host,
        @Nullable PathTemplate path,
        Set<String> tiers) {

    public static final LimitMatch ALL = new LimitMatch(Set.of(), null, null, Set.of());

    public LimitMatch {
        methods = Set.copyOf(methods);
        tiers = Set.copyOf(tiers);
    }

    boolean appliesToTier(String tier) {
        return tiers.isEmpty() || tiers.contains(tier);
    }

    boolean appliesToMethod(String method) {
        return methods.isEmpty() || methods.contains(method);
    }

    boolean appliesToRoute(Admission admission) {
        return appliesToMethod(admission.method())
                && (path == null || path.matches(admission.path()))
                && (host == null || hostMatches(host, admission.host()));
    }

    private static boolean hostMatches(String expected, String actual) {
        return expected.startsWith("*.") ? actual.endsWith(expected.substring(1)) : expected.equals(actual);
    }
}
