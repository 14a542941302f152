package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.CarryOver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a ruleset document into a {@link Ruleset}, or into the list of everything that is wrong with it.
 *
 * <p>The document is a tree of JDK maps, lists, strings and numbers, so that the engine sees neither JSON nor YAML; its
 * fields are described in {@code docs/RULES.md} and by the JSON Schema {@code ruleset.v1.json}.
 */
public final class RulesetCompiler {
    /** How long an idempotency key is remembered unless the document says otherwise: ten minutes. */
    public static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;

    static final long FORMAT_VERSION = 1;
    static final int LIMITS_MAX = 10_000;
    static final int TIERS_MAX = 100;
    static final int ACCOUNTS_MAX = 100_000;
    static final long IDEMPOTENCY_WINDOW_MILLIS_MAX = 7L * 24 * 60 * 60 * 1000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final String OFF = "off";
    private static final String NAME_FORM = "(expected: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit)";

    private static final Set<String> ROOT_KEYS =
            Set.of("version", "description", "defaultTier", "tiers", "accounts", "idempotencyWindow", "limits");
    private static final Set<String> ACCOUNT_KEYS = Set.of("tier");
    private static final Set<String> LIMIT_KEYS =
            Set.of("id", "description", "match", "scope", "mode", "rollout", "carryOver");
    private static final Set<String> MATCH_KEYS = Set.of("methods", "host", "path", "tiers", "attributes");
    // A limit that is off is checked like any other, then left out.
    private static final Map<String, Rollout> MODES =
            Map.of("enforce", Rollout.ENFORCE, "shadow", Rollout.SHADOW, OFF, Rollout.SHADOW);
    private static final Map<String, CarryOver> CARRY_OVERS = Map.of(
            "additive", CarryOver.ADDITIVE,
            "proportional", CarryOver.PROPORTIONAL,
            "as-is", CarryOver.AS_IS,
            "reset", CarryOver.RESET);

    private final List<RulesetProblem> problems = new ArrayList<>();

    private RulesetCompiler() {}

    /**
     * Compiles a document.
     *
     * @param revision the revision it is to have, at least 1
     * @param document the document's tree, or null for an empty one
     * @throws InvalidRulesetException with every problem, each with its place in the document
     */
    public static Ruleset compile(long revision, @Nullable Object document) throws InvalidRulesetException {
        Bounds.within("revision", revision, 1, Long.MAX_VALUE);
        return new RulesetCompiler().compiled(revision, document);
    }

    private Ruleset compiled(long revision, @Nullable Object document) throws InvalidRulesetException {
        DocumentSection root = DocumentSection.root(document, ROOT_KEYS, problems);
        if (root.has("version") && root.integer("version", FORMAT_VERSION) != FORMAT_VERSION) {
            root.problem("version", root.raw("version") + " (expected: " + FORMAT_VERSION + ")");
        }
        Tiers tiers = tiers(root);
        Map<String, String> tierByAccount = tierByAccount(root, tiers);
        long window = idempotencyWindowMillis(root);
        List<Limit> limits = limits(root, tiers);
        if (!problems.isEmpty()) {
            throw new InvalidRulesetException(problems);
        }
        return new Ruleset(revision, tiers, tierByAccount, window, limits);
    }

    private static Tiers tiers(DocumentSection root) {
        if (!root.has("tiers")) {
            if (root.has("defaultTier")) {
                root.problem("defaultTier", "given without tiers (expected: a list of tiers beside it)");
            }
            return Tiers.standard();
        }
        Set<String> names = new LinkedHashSet<>(root.texts("tiers"));
        names.stream().filter(name -> !isName(name)).forEach(name -> root.problem("tiers", name + " " + NAME_FORM));
        if (names.isEmpty() || names.size() > TIERS_MAX) {
            root.problem("tiers", names.size() + " tiers (expected: 1.." + TIERS_MAX + ")");
            return Tiers.standard();
        }
        Tiers tiers = new Tiers(names, names.iterator().next());
        if (!root.has("defaultTier")) {
            return tiers;
        }
        String defaultTier = root.text("defaultTier", tiers.defaultTier());
        if (!names.contains(defaultTier)) {
            root.problem("defaultTier", "\"" + defaultTier + "\" (expected: " + tiers.expectation() + ")");
        }
        return new Tiers(names, defaultTier);
    }

    private static Map<String, String> tierByAccount(DocumentSection root, Tiers tiers) {
        Map<String, String> tierByAccount = new HashMap<>();
        if (!root.has("accounts")) {
            return tierByAccount;
        }
        Map<String, DocumentSection> accounts = root.sectionsByName("accounts", ACCOUNT_KEYS);
        if (accounts.size() > ACCOUNTS_MAX) {
            root.problem("accounts", accounts.size() + " accounts (expected: at most " + ACCOUNTS_MAX + ")");
        }
        accounts.forEach((account, section) -> {
            if (account.isEmpty() || account.indexOf('/') >= 0) {
                root.problem("accounts", "\"" + account + "\" (expected: the first segment of a client ID)");
            }
            String tier = section.text("tier", tiers.defaultTier());
            if (!tiers.names().contains(tier)) {
                section.problem("tier", "\"" + tier + "\" (expected: " + tiers.expectation() + ")");
            }
            tierByAccount.put(account, tier);
        });
        return tierByAccount;
    }

    private static long idempotencyWindowMillis(DocumentSection root) {
        if (!root.has("idempotencyWindow")) {
            return IDEMPOTENCY_WINDOW_MILLIS;
        }
        Long millis = root.parsed(
                "idempotencyWindow",
                section -> Bounds.within(
                        "idempotencyWindow",
                        DurationText.toMillis(section.text("idempotencyWindow", "1s")),
                        1,
                        IDEMPOTENCY_WINDOW_MILLIS_MAX));
        return millis == null ? IDEMPOTENCY_WINDOW_MILLIS : millis;
    }

    private static List<Limit> limits(DocumentSection root, Tiers tiers) {
        Set<String> keys = new HashSet<>(LIMIT_KEYS);
        keys.addAll(AlgorithmReader.KEYS);
        List<DocumentSection> sections = root.sections("limits", keys);
        if (sections.size() > LIMITS_MAX) {
            root.problem("limits", sections.size() + " limits (expected: at most " + LIMITS_MAX + ")");
        }
        List<Limit> limits = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (DocumentSection section : sections) {
            String id = section.text("id", "");
            if (!id.isEmpty() && !isName(id)) {
                section.problem("id", "\"" + id + "\" " + NAME_FORM);
            } else if (!id.isEmpty() && !ids.add(id)) {
                section.problem("id", "\"" + id + "\" (expected: an id that no other limit has)");
            }
            boolean off = OFF.equals(section.raw("mode"));
            Limit limit = limit(id, section, tiers);
            if (limit != null && !off) {
                limits.add(limit);
            }
        }
        return limits;
    }

    private static @Nullable Limit limit(String id, DocumentSection section, Tiers tiers) {
        LimitMatch match = section.has("match") ? match(section.section("match", MATCH_KEYS), tiers) : LimitMatch.ALL;
        Scope scope = section.parsed(
                "scope",
                it -> new Scope(
                        it.texts("scope").stream().map(Scope.Dimension::of).toList()));
        Rollout rollout = rollout(section);
        CarryOver carryOver = section.choice("carryOver", CARRY_OVERS, CarryOver.ADDITIVE);
        Algorithm algorithm = AlgorithmReader.read(section);
        return scope == null || algorithm == null ? null : new Limit(id, match, scope, algorithm, rollout, carryOver);
    }

    /** {@code mode: shadow}, or {@code mode: enforce} for a share of the accounts. */
    private static Rollout rollout(DocumentSection section) {
        Rollout mode = section.choice("mode", MODES, Rollout.ENFORCE);
        if (!section.has("rollout")) {
            return mode;
        }
        Rollout share = section.parsed("rollout", it -> Rollout.of(it.text("rollout", "100%")));
        if (mode == Rollout.SHADOW) {
            section.problem("rollout", section.raw("rollout") + " (expected: only with mode enforce)");
        }
        return share == null ? mode : share;
    }

    private static LimitMatch match(DocumentSection section, Tiers tiers) {
        Set<String> methods = new HashSet<>();
        if (section.has("methods")) {
            section.texts("methods").forEach(method -> methods.add(method.toUpperCase(Locale.ROOT)));
        }
        String host = section.has("host") ? section.text("host", "").toLowerCase(Locale.ROOT) : null;
        PathTemplate path =
                section.has("path") ? section.parsed("path", it -> PathTemplate.of(it.text("path", "/"))) : null;
        Set<String> tierNames = section.has("tiers") ? new LinkedHashSet<>(section.texts("tiers")) : Set.of();
        for (String tier : tierNames) {
            if (!tiers.names().contains(tier)) {
                section.problem("tiers", "\"" + tier + "\" (expected: " + tiers.expectation() + ")");
            }
        }
        Map<String, ValueMatch> attributes =
                section.has("attributes") ? ValueMatchReader.attributes(section) : Map.of();
        return new LimitMatch(methods, host, path, tierNames, attributes);
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
