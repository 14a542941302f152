package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A reader of the accounts in a ruleset document: their tier, and how limits count for them. */
final class AccountReader {
    /** Patterns that an account may have to be compared with. */
    private static final int PATTERNS_MAX = 1_000;

    private static final Set<String> KEYS = Set.of("tier", "limits");

    private AccountReader() {}

    static DocumentAccounts accounts(DocumentSection root, Tiers tiers, List<Limit> limits) {
        if (!root.has("accounts")) {
            return DocumentAccounts.NONE;
        }
        Map<String, DocumentSection> sections = root.sectionsByName("accounts", KEYS);
        if (sections.size() > RulesetCompiler.ACCOUNTS_MAX) {
            root.problem(
                    "accounts", sections.size() + " accounts (expected: at most " + RulesetCompiler.ACCOUNTS_MAX + ")");
        }
        Map<String, Limit> limitsById =
                limits.stream().collect(Collectors.toMap(Limit::id, limit -> limit, (first, second) -> first));
        Map<String, DocumentAccounts.Entry> entries = new HashMap<>();
        sections.forEach((account, section) -> {
            if (account.isEmpty() || account.indexOf('/') >= 0) {
                root.problem("accounts", "\"" + account + "\" (expected: the first segment of a client ID)");
            }
            entries.put(account, new DocumentAccounts.Entry(tier(section, tiers), overrides(section, limitsById)));
        });
        long patterns =
                entries.keySet().stream().filter(DocumentAccounts::isPattern).count();
        if (patterns > PATTERNS_MAX) {
            root.problem("accounts", patterns + " patterns (expected: at most " + PATTERNS_MAX + ")");
        }
        return new DocumentAccounts(entries);
    }

    private static @Nullable String tier(DocumentSection section, Tiers tiers) {
        if (!section.has("tier")) {
            if (!section.has("limits")) {
                section.problem("tier", "missing (expected: a tier, or limits)");
            }
            return null;
        }
        String tier = section.text("tier", tiers.defaultTier());
        tiers.requireKnown(section, "tier", Set.of(tier));
        return tier;
    }

    /** Each override is a whole algorithm: what it leaves out is not taken from the limit. */
    private static Map<String, Algorithm> overrides(DocumentSection section, Map<String, Limit> limitsById) {
        Map<String, Algorithm> overrides = new HashMap<>();
        if (!section.has("limits")) {
            return overrides;
        }
        section.sectionsByName("limits", AlgorithmReader.KEYS).forEach((limitId, fields) -> {
            Limit overridden = limitsById.get(limitId);
            if (overridden == null) {
                section.problem("limits", "\"" + limitId + "\" (expected: the id of a limit that is not off)");
            } else if (overridden.isWide()) {
                section.problem(
                        "limits",
                        "\"" + limitId + "\" has scope global (expected: a limit whose buckets are of one account)");
            }
            Algorithm algorithm = AlgorithmReader.read(fields);
            if (algorithm != null) {
                overrides.put(limitId, algorithm);
            }
        });
        return overrides;
    }
}
