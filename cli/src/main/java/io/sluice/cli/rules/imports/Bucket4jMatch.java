package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.ImportFinding.Kind;
import io.sluice.cli.rules.imports.SourceValue.Items;
import io.sluice.cli.rules.imports.SourceValue.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that a rate limit of Bucket4j's Spring Boot starter is for.
 *
 * @param tree the matcher of a limit
 * @param isWhole whether the matcher has all conditions of the starter
 */
record Bucket4jMatch(Map<String, Object> tree, boolean isWhole) {
    /** Expressions, which only Spring can evaluate, and predicates that take requests out. */
    private static final List<String> CONDITIONS =
            List.of("execute-condition", "skip-condition", "skip-predicates", "post-execute-condition");

    private static final String AFTERWARDS = "post-execute-condition";
    private static final String PREDICATES = "execute-predicates";

    /**
     * The match of a rate limit.
     *
     * @param url the paths of its filter; null if no template says them, which has been noted
     */
    static Bucket4jMatch of(SourceSection rateLimit, @Nullable UrlPattern url, List<ImportFinding> findings) {
        boolean whole = url != null;
        for (String name : CONDITIONS) {
            if (rateLimit.has(name)) {
                whole = false;
                findings.add(lost(
                        rateLimit.placeOf(name),
                        name + shown(rateLimit.values().get(name)),
                        name.equals(AFTERWARDS)
                                ? "it depends on the response; the limits are in shadow"
                                : "a ruleset has no such condition; the limits are in shadow",
                        name.equals(AFTERWARDS)
                                ? "charge afterwards with mode: charge, or reserve and cancel"
                                : "let tiers, attributes or an allow list say it, and remove mode: shadow"));
            }
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        UrlPattern path = url == null ? UrlPattern.EVERY : url;
        for (SourceValue predicate : predicates(rateLimit)) {
            String text = predicate instanceof Scalar scalar ? scalar.text() : predicate.shown();
            int equals = text.indexOf('=');
            String kind = equals < 0 ? "" : text.substring(0, equals);
            List<String> values = Arrays.stream(text.substring(equals + 1).split(","))
                    .map(String::strip)
                    .toList();
            UrlPattern own = kind.equals("PATH") && values.size() == 1 ? UrlPattern.ofSpring(values.get(0)) : null;
            if (kind.equals("METHOD")) {
                tree.put(
                        "methods",
                        values.stream()
                                .map(method -> method.toUpperCase(Locale.ROOT))
                                .toList());
            } else if (own != null && path.covers(own)) {
                path = own;
            } else {
                whole = false;
                findings.add(lost(
                        predicate.place(),
                        PREDICATES + ": " + text,
                        "a limit matches methods, and one path within that of its filter; the limits are in shadow",
                        "write a limit for each path, or match an attribute that the service sends"));
            }
        }
        if (path.template() != null) {
            tree.put("path", path.template());
        }
        return new Bucket4jMatch(tree, whole);
    }

    private static List<SourceValue> predicates(SourceSection rateLimit) {
        if (!rateLimit.has(PREDICATES)) {
            return List.of();
        }
        if (rateLimit.values().get(PREDICATES) instanceof Items items) {
            return items.values();
        }
        rateLimit.problem(PREDICATES, "no list (expected: a list such as [METHOD=POST, PATH=/orders/**])");
        return new ArrayList<>();
    }

    private static String shown(@Nullable SourceValue value) {
        return value instanceof Scalar scalar ? ": " + scalar.text() : "";
    }

    private static ImportFinding lost(SourcePlace place, String text, String reason, String instead) {
        return new ImportFinding(Kind.LOST, place, text, reason, instead);
    }
}
