package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyPolicy;
import io.sluice.engine.penalty.PenaltyRule;
import io.sluice.engine.penalty.PenaltyRule.Subject;
import io.sluice.engine.penalty.PenaltyRung;
import io.sluice.engine.penalty.PenaltyTrigger;
import io.sluice.engine.penalty.PenaltyTrigger.Counts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A reader of the penalties in a ruleset document. */
final class PenaltyReader {
    private static final Set<String> KEYS = Set.of("clientsPerAccount", "accountsPerPartition", "rules");
    private static final Set<String> RULE_KEYS =
            Set.of("id", "mode", "scope", "limits", "after", "ladder", "decay", "extend");
    private static final Set<String> AFTER_KEYS = Set.of("denials", "names", "per");
    private static final Set<String> RUNG_KEYS = Set.of("action", "scale", "for");
    private static final Map<String, Boolean> MODES = Map.of("shadow", false, "enforce", true);
    private static final Map<String, Subject> SUBJECTS = Map.of("account", Subject.ACCOUNT, "client", Subject.CLIENT);
    private static final Map<String, PenaltyAction> ACTIONS = Map.of(
            PenaltyAction.DENY.code(), PenaltyAction.DENY,
            PenaltyAction.CHALLENGE.code(), PenaltyAction.CHALLENGE,
            PenaltyAction.SCALE.code(), PenaltyAction.SCALE);

    private final Set<String> limitIds = new HashSet<>();

    private PenaltyReader(List<Limit> limits) {
        limits.forEach(limit -> limitIds.add(limit.id()));
    }

    static PenaltyPolicy read(DocumentSection root, List<Limit> limits) {
        return root.has("penalties")
                ? new PenaltyReader(limits).policy(root.section("penalties", KEYS))
                : PenaltyPolicy.NONE;
    }

    /**
     * The limits that rules name. Reports of front ends do not name the limit of a repeated denial, so the ledger
     * must decide each request of these limits. Nothing is validated here.
     */
    static Set<String> namedLimits(DocumentSection root) {
        Set<String> named = new HashSet<>();
        if (root.raw("penalties") instanceof Map<?, ?> penalties && penalties.get("rules") instanceof List<?> rules) {
            for (Object rule : rules) {
                Object limits = rule instanceof Map<?, ?> fields ? fields.get("limits") : null;
                if (limits instanceof List<?> names) {
                    names.forEach(name -> named.add(String.valueOf(name)));
                } else if (limits != null) {
                    named.add(String.valueOf(limits));
                }
            }
        }
        return named;
    }

    private PenaltyPolicy policy(DocumentSection section) {
        List<PenaltyRule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        List<DocumentSection> sections = section.sections("rules", RULE_KEYS);
        if (sections.size() > PenaltyPolicy.RULES_MAX) {
            section.problem("rules", sections.size() + " rules (expected: at most " + PenaltyPolicy.RULES_MAX + ")");
            return PenaltyPolicy.NONE;
        }
        for (DocumentSection item : sections) {
            String id = item.text("id", "");
            if (!id.isEmpty() && !RulesetCompiler.isName(id)) {
                item.problem("id", "\"" + id + "\" " + RulesetCompiler.NAME_FORM);
            } else if (!id.isEmpty() && !ids.add(id)) {
                item.problem("id", "\"" + id + "\" (expected: an id that no other penalty has)");
            }
            PenaltyRule rule = rule(id, item);
            if (rule != null) {
                rules.add(rule);
            }
        }
        return new PenaltyPolicy(
                (int) bound(
                        section,
                        "clientsPerAccount",
                        PenaltyPolicy.CLIENTS_PER_ACCOUNT,
                        PenaltyPolicy.CLIENTS_PER_ACCOUNT_MAX),
                bound(
                        section,
                        "accountsPerPartition",
                        PenaltyPolicy.ACCOUNTS_PER_PARTITION,
                        PenaltyPolicy.ACCOUNTS_PER_PARTITION_MAX),
                rules);
    }

    private static long bound(DocumentSection section, String name, long fallback, long max) {
        if (!section.has(name)) {
            return fallback;
        }
        Long bound = section.parsed(name, it -> Bounds.within(name, it.integer(name, fallback), 1, max));
        return bound == null ? fallback : bound;
    }

    private @Nullable PenaltyRule rule(String id, DocumentSection section) {
        boolean enforced = section.choice("mode", MODES, true);
        Subject subject = section.choice("scope", SUBJECTS, Subject.CLIENT);
        Set<String> limits = section.has("limits") ? new LinkedHashSet<>(section.texts("limits")) : Set.of();
        for (String limit : limits) {
            if (!limitIds.contains(limit)) {
                section.problem("limits", "\"" + limit + "\" (expected: a limit of this ruleset that is not off)");
            }
        }
        PenaltyTrigger trigger = trigger(section.section("after", AFTER_KEYS));
        List<PenaltyRung> ladder = ladder(section);
        Long decay = DurationText.read(section, "decay", PenaltyRule.DECAY_MILLIS_MIN, PenaltyRule.DECAY_MILLIS_MAX);
        boolean extend = section.has("extend") && section.flag("extend");
        if (trigger == null || ladder == null || decay == null) {
            return null;
        }
        return section.parsed(
                "scope", it -> new PenaltyRule(id, enforced, subject, limits, trigger, ladder, decay, extend));
    }

    private static @Nullable PenaltyTrigger trigger(DocumentSection section) {
        if (section.has("denials") == section.has("names")) {
            section.problem("denials", "given with names, or neither (expected: one of the two)");
            return null;
        }
        Counts counts = section.has("names") ? Counts.NAMES : Counts.DENIALS;
        Long threshold = section.parsed(
                counts.code(), it -> Bounds.within(counts.code(), it.integer(counts.code(), 1), 1, counts.max()));
        Long window =
                DurationText.read(section, "per", PenaltyTrigger.WINDOW_MILLIS_MIN, PenaltyTrigger.WINDOW_MILLIS_MAX);
        return threshold == null || window == null ? null : new PenaltyTrigger(counts, threshold, window);
    }

    private static @Nullable List<PenaltyRung> ladder(DocumentSection section) {
        List<DocumentSection> items = section.sections("ladder", RUNG_KEYS);
        if (items.isEmpty() || items.size() > PenaltyRule.RUNGS_MAX) {
            section.problem("ladder", items.size() + " rungs (expected: 1.." + PenaltyRule.RUNGS_MAX + ")");
            return null;
        }
        List<PenaltyRung> ladder = new ArrayList<>();
        for (DocumentSection item : items) {
            PenaltyRung rung = rung(item);
            if (rung != null) {
                ladder.add(rung);
            }
        }
        return ladder.size() == items.size() ? ladder : null;
    }

    private static @Nullable PenaltyRung rung(DocumentSection section) {
        PenaltyAction action =
                section.has("action") ? section.choice("action", ACTIONS, PenaltyAction.DENY) : PenaltyAction.DENY;
        Long millis = DurationText.read(section, "for", PenaltyRung.MILLIS_MIN, PenaltyRung.MILLIS_MAX);
        if (action != PenaltyAction.SCALE && section.has("scale")) {
            section.problem("scale", section.raw("scale") + " (expected: only with action scale)");
            return null;
        }
        int perMille = PenaltyRung.WHOLE;
        if (action == PenaltyAction.SCALE) {
            Rollout scale = Rollout.read(section, "scale");
            if (scale == null) {
                return null;
            }
            perMille = scale.perMille();
        }
        int left = perMille;
        return millis == null ? null : section.parsed("scale", it -> new PenaltyRung(action, left, millis));
    }
}
