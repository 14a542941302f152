package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.penalty.PenaltyPolicy;
import io.sluice.engine.signal.BrownOutTrigger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
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
    static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    static final String NAME_FORM = "(expected: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit)";

    private static final Set<String> ROOT_KEYS = Set.of(
            "version",
            "description",
            "defaultTier",
            "tiers",
            "accounts",
            "idempotencyWindow",
            "brownOut",
            "lists",
            "limits",
            "alerts",
            "anonymousTier",
            "cardinality",
            "gateways",
            "paths",
            "penalties",
            "tierPriorities",
            "unreadableAddresses");
    private static final Set<String> BROWN_OUT_KEYS = Set.of("active", "tiers", "scale", "when");
    private static final Set<String> TRIGGER_KEYS = Set.of("signal", "badFor", "goodFor");
    private final List<RulesetProblem> problems = new ArrayList<>();

    private final UnaryOperator<Limit> shared;

    private RulesetCompiler(UnaryOperator<Limit> shared) {
        this.shared = shared;
    }

    /**
     * Compiles a document.
     *
     * @param revision the revision it is to have, at least 1
     * @param document the document's tree, or null for an empty one
     * @throws InvalidRulesetException with every problem, each with its path in the document
     */
    public static Ruleset compile(long revision, @Nullable Object document) throws InvalidRulesetException {
        return compile(revision, document, UnaryOperator.identity());
    }

    /**
     * Compiles a document whose limits are perhaps those of an earlier one.
     *
     * @param shared gives an equal limit, so that many revisions of a large document take the memory of one
     * @throws InvalidRulesetException with every problem, each with its path in the document
     */
    public static Ruleset compile(long revision, @Nullable Object document, UnaryOperator<Limit> shared)
            throws InvalidRulesetException {
        Bounds.within("revision", revision, 1, Long.MAX_VALUE);
        return new RulesetCompiler(shared).compiled(revision, document);
    }

    private Ruleset compiled(long revision, @Nullable Object document) throws InvalidRulesetException {
        if (document == null) {
            throw new InvalidRulesetException(
                    List.of(new RulesetProblem("", "an empty document (expected: a ruleset, at least limits: [])")));
        }
        DocumentSection root = DocumentSection.root(document, ROOT_KEYS, problems);
        if (root.has("version") && root.integer("version", FORMAT_VERSION) != FORMAT_VERSION) {
            root.problem("version", root.raw("version") + " (expected: " + FORMAT_VERSION + ")");
        }
        Tiers tiers = tiers(root);
        long window = idempotencyWindowMillis(root);
        AlertThresholds alerts = root.has("alerts")
                ? AlertThresholds.of(root.section("alerts", Set.of("at")), "at", AlertThresholds.NONE)
                : AlertThresholds.NONE;
        PathRules paths = PathRules.read(root);
        List<Limit> limits = new LimitReader(tiers, alerts, paths, PenaltyReader.namedLimits(root))
                .limits(root).stream().map(shared).toList();
        WideLimitRules.check(root, limits);
        DocumentAccounts accounts = AccountReader.accounts(root, tiers, limits);
        BrownOut brownOut =
                root.has("brownOut") ? brownOut(root.section("brownOut", BROWN_OUT_KEYS), tiers) : BrownOut.OFF;
        AccessLists lists = AccessListReader.lists(root);
        CardinalityLimits cardinality = CardinalityLimits.read(root);
        TierPriorities priorities = TierPriorities.read(root, tiers);
        EnvoyMapping envoy = EnvoyMapping.read(root);
        PenaltyPolicy penalties = PenaltyReader.read(root, limits);
        if (!problems.isEmpty()) {
            throw new InvalidRulesetException(problems.stream().distinct().toList());
        }
        return new Ruleset(
                revision,
                tiers,
                accounts,
                new Ruleset.Policies(window, brownOut, lists, cardinality, paths, priorities, envoy, penalties),
                limits);
    }

    private static Tiers tiers(DocumentSection root) {
        if (!root.has("tiers")) {
            for (String field : List.of("defaultTier", "anonymousTier")) {
                if (root.has(field)) {
                    root.problem(field, "given without tiers (expected: a list of tiers beside it)");
                }
            }
            return Tiers.standard();
        }
        Set<String> names = new LinkedHashSet<>(root.texts("tiers"));
        names.stream().filter(name -> !isName(name)).forEach(name -> root.problem("tiers", name + " " + NAME_FORM));
        if (names.isEmpty() || names.size() > TIERS_MAX) {
            root.problem("tiers", names.size() + " tiers (expected: 1.." + TIERS_MAX + ")");
            return Tiers.standard();
        }
        String defaultTier = tier(root, "defaultTier", names, names.iterator().next());
        return new Tiers(names, defaultTier, tier(root, "anonymousTier", names, defaultTier));
    }

    private static String tier(DocumentSection root, String field, Set<String> names, String fallback) {
        if (!root.has(field)) {
            return fallback;
        }
        String tier = root.text(field, fallback);
        if (names.contains(tier)) {
            return tier;
        }
        root.problem(field, "\"" + tier + "\" (expected: one of " + String.join(", ", names) + ")");
        return fallback;
    }

    private static long idempotencyWindowMillis(DocumentSection root) {
        if (!root.has("idempotencyWindow")) {
            return IDEMPOTENCY_WINDOW_MILLIS;
        }
        Long millis = DurationText.read(root, "idempotencyWindow", 1, IDEMPOTENCY_WINDOW_MILLIS_MAX);
        return millis == null ? IDEMPOTENCY_WINDOW_MILLIS : millis;
    }

    private static BrownOut brownOut(DocumentSection section, Tiers tiers) {
        boolean active = section.has("active") && section.flag("active");
        Set<String> names = new LinkedHashSet<>(section.texts("tiers"));
        tiers.requireKnown(section, "tiers", names);
        BrownOutTrigger trigger = section.has("when") ? trigger(section.section("when", TRIGGER_KEYS)) : null;
        if (active && trigger != null) {
            section.problem("active", "true beside when (expected: one of the two switches it on)");
        }
        BrownOut brownOut = section.parsed("scale", it -> {
            Rollout scale = Rollout.read(it, "scale");
            return scale == null ? null : new BrownOut(names, scale.perMille(), trigger);
        });
        return (active || trigger != null) && brownOut != null ? brownOut : BrownOut.OFF;
    }

    private static @Nullable BrownOutTrigger trigger(DocumentSection section) {
        String signal = section.text("signal", "");
        if (!isName(signal)) {
            section.problem("signal", "\"" + signal + "\" " + NAME_FORM);
        }
        Long badForMillis = DurationText.read(section, "badFor", 1, BrownOutTrigger.MILLIS_MAX);
        Long goodForMillis = DurationText.read(section, "goodFor", 1, BrownOutTrigger.MILLIS_MAX);
        return badForMillis == null || goodForMillis == null || !isName(signal)
                ? null
                : new BrownOutTrigger(signal, badForMillis, goodForMillis);
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
