package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.CarryOver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A reader of the limits in a ruleset document. */
final class LimitReader {
    /** The suffix that makes a candidate's ID from the ID of its limit. */
    static final String CANDIDATE_SUFFIX = ".candidate";

    private static final Set<String> LIMIT_KEYS = Set.of(
            "id",
            "description",
            "match",
            "scope",
            "mode",
            "rollout",
            "carryOver",
            "candidate",
            "alertAt",
            "onFailure",
            "tiers",
            "exact",
            "record");
    private static final Set<String> MATCH_KEYS = Set.of("methods", "host", "path", "tiers", "attributes");
    /** A token of HTTP, RFC 9110 section 5.6.2. */
    private static final Pattern METHOD = Pattern.compile("[A-Z0-9!#$%&'*+.^_`|~-]{1,32}");

    private static final Map<String, Mode> MODES =
            Map.of("enforce", Mode.ENFORCE, "shadow", Mode.SHADOW, "off", Mode.OFF);
    /** Whether each admission that the limit applies to gets a record of its own. */
    private static final Map<String, Boolean> RECORDS = Map.of("each", true, "summary", false);

    private static final Map<String, CarryOver> CARRY_OVERS = Map.of(
            "additive", CarryOver.ADDITIVE,
            "proportional", CarryOver.PROPORTIONAL,
            "as-is", CarryOver.AS_IS,
            "reset", CarryOver.RESET);

    private enum Mode {
        ENFORCE,
        SHADOW,
        OFF
    }

    private final Tiers tiers;
    private final AlertThresholds alerts;
    private final PathRules paths;
    private final Set<String> counted;

    /**
     * A reader of limits that alert at these thresholds unless they say otherwise.
     *
     * @param counted limits whose refusals penalties count: unless they say otherwise, each admission is recorded
     */
    LimitReader(Tiers tiers, AlertThresholds alerts, PathRules paths, Set<String> counted) {
        this.tiers = tiers;
        this.alerts = alerts;
        this.paths = paths;
        this.counted = counted;
    }

    /** Every limit that is not off, and their candidates. */
    List<Limit> limits(DocumentSection root) {
        Set<String> keys = new HashSet<>(LIMIT_KEYS);
        keys.addAll(AlgorithmReader.KEYS);
        keys.addAll(ExceedPolicyReader.KEYS);
        keys.addAll(MeteringReader.KEYS);
        List<DocumentSection> sections = root.sections("limits", keys);
        if (sections.size() > RulesetCompiler.LIMITS_MAX) {
            root.problem("limits", sections.size() + " limits (expected: at most " + RulesetCompiler.LIMITS_MAX + ")");
        }
        List<Limit> limits = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (DocumentSection section : sections) {
            String id = section.text("id", "");
            if (!id.isEmpty() && !RulesetCompiler.isName(id)) {
                section.problem("id", "\"" + id + "\" " + RulesetCompiler.NAME_FORM);
            } else if (!id.isEmpty() && !ids.add(id)) {
                section.problem("id", "\"" + id + "\" (expected: an id that no other limit has)");
            }
            Mode mode = section.choice("mode", MODES, Mode.ENFORCE);
            Limit limit = limit(id, section, mode);
            if (limit != null && mode != Mode.OFF) {
                limits.add(limit);
            }
            Limit candidate = candidate(limit, section);
            if (candidate != null && !ids.add(candidate.id())) {
                section.problem("candidate", "\"" + candidate.id() + "\" (expected: an id that no other limit has)");
            } else if (candidate != null && mode != Mode.OFF) {
                limits.add(candidate);
            }
        }
        return limits;
    }

    private @Nullable Limit limit(String id, DocumentSection section, Mode mode) {
        LimitMatch match = section.has("match") ? match(section.section("match", MATCH_KEYS)) : LimitMatch.ALL;
        Scope scope = section.parsed(
                "scope",
                it -> new Scope(
                        it.texts("scope").stream().map(Scope.Dimension::of).toList()));
        Rollout rollout = rollout(section, mode);
        CarryOver carryOver = section.choice("carryOver", CARRY_OVERS, CarryOver.ADDITIVE);
        AlertThresholds alertAt = AlertThresholds.of(section, "alertAt", alerts);
        FailureMode onFailure = onFailure(section);
        Algorithm algorithm = AlgorithmReader.read(section);
        ExceedPolicy exceedPolicy = ExceedPolicyReader.exceedPolicy(section, algorithm);
        PriorityShares kept = ExceedPolicyReader.kept(section);
        Metering metering = MeteringReader.metering(section, algorithm);
        Map<String, Algorithm> byTier = TierNumbersReader.byTier(section, match, tiers);
        if (scope != null && scope.isWide()) {
            WideLimitRules.check(section, algorithm, exceedPolicy, metering);
        }
        // With either of these fields the ledger decides each admission; they differ only in the reason.
        boolean recordsEach = section.choice("record", RECORDS, counted.contains(id));
        boolean exact = (section.has("exact") && section.flag("exact")) || recordsEach || metering.hasOwnCost();
        return scope == null || algorithm == null
                ? null
                : new Limit(
                        id,
                        match,
                        scope,
                        algorithm,
                        rollout,
                        carryOver,
                        alertAt,
                        onFailure,
                        exceedPolicy,
                        kept,
                        metering,
                        exact,
                        byTier);
    }

    private static @Nullable FailureMode onFailure(DocumentSection section) {
        return section.has("onFailure") ? section.choice("onFailure", FailureMode.BY_NAME, FailureMode.DENY) : null;
    }

    /** Other numbers for the limit, always in shadow, to be compared with those in force. */
    private static @Nullable Limit candidate(@Nullable Limit current, DocumentSection section) {
        if (!section.has("candidate")) {
            return null;
        }
        Algorithm algorithm = AlgorithmReader.read(section.section("candidate", AlgorithmReader.KEYS));
        if (current != null && current.isWide()) {
            WideLimitRules.check(section, algorithm, ExceedPolicy.DENIED, Metering.PLAIN);
        }
        return current == null || algorithm == null
                ? null
                : new Limit(
                        current.id() + CANDIDATE_SUFFIX,
                        current.match(),
                        current.scope(),
                        algorithm,
                        Rollout.SHADOW,
                        current.carryOver(),
                        AlertThresholds.NONE,
                        /* onFailure= */ null,
                        current.exceedPolicy(),
                        current.kept(),
                        current.metering(),
                        current.exact(),
                        Map.of());
    }

    /** {@code mode: shadow}, or {@code mode: enforce} for a share of the accounts. */
    private static Rollout rollout(DocumentSection section, Mode mode) {
        Rollout ofMode = mode == Mode.SHADOW ? Rollout.SHADOW : Rollout.ENFORCE;
        if (!section.has("rollout")) {
            return ofMode;
        }
        Rollout share = Rollout.read(section, "rollout");
        if (mode != Mode.ENFORCE) {
            section.problem("rollout", section.raw("rollout") + " (expected: only with mode enforce)");
        }
        return share == null ? ofMode : share;
    }

    private LimitMatch match(DocumentSection section) {
        Set<String> methods = new HashSet<>();
        if (section.has("methods")) {
            section.texts("methods").forEach(method -> methods.add(method(section, method)));
        }
        String host = section.has("host")
                ? section.parsed("host", it -> RouteHost.expected(it.text("host", "example.com")))
                : null;
        PathTemplate path =
                section.has("path") ? section.parsed("path", it -> PathTemplate.of(it.text("path", "/"), paths)) : null;
        Set<String> tierNames = section.has("tiers") ? new LinkedHashSet<>(section.texts("tiers")) : Set.of();
        tiers.requireKnown(section, "tiers", tierNames);
        Map<String, ValueMatch> attributes =
                section.has("attributes") ? ValueMatchReader.attributes(section) : Map.of();
        return new LimitMatch(methods, host, path, tierNames, attributes);
    }

    private static String method(DocumentSection section, String text) {
        String method = text.toUpperCase(Locale.ROOT);
        if (!METHOD.matcher(method).matches()) {
            section.problem("methods", "\"" + text + "\" (expected: HTTP methods such as GET)");
        }
        return method;
    }
}
