package io.sluice.cli.rules.imports;

import io.sluice.cli.rules.imports.DescriptorCounters.Counting;
import io.sluice.engine.ledger.BatchEvaluator;
import io.sluice.engine.ledger.BatchResult;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.InMemoryLedgerStore;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of a model of Envoy's rate limit service with a ledger that has the imported ruleset, on the same
 * requests.
 *
 * <p>If answers differ, two more models show why: in the first, a refusal charges nothing; in the second, also no
 * limit replaces another. The second one is what the ruleset promises. If the ledger differs from it, either the
 * import is wrong, or the report names what was not carried over.
 */
public final class ImportVerification {
    /** Why answers differ. */
    private enum Cause {
        REFUSALS_CHARGE("ratelimit charges requests that it refuses; Sluice charges nothing for them"),
        REPLACES("a limit replaces another there; here both apply"),
        UNEXPLAINED("not explained by how the two count: see what was not carried over, or changed");

        private final String words;

        Cause(String words) {
            this.words = words;
        }

        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Differences with one cause. */
    private static final class Differences {
        private long count;
        private final String first;

        Differences(String first) {
            this.first = first;
        }
    }

    private final long seed;
    private final Map<Cause, Differences> differences = new EnumMap<>(Cause.class);
    private long asked;
    private long refused;

    private ImportVerification(long seed) {
        this.seed = seed;
    }

    static ImportVerification of(List<DescriptorDomain> domains, Ruleset ruleset, long seed, int requests) {
        ImportVerification verification = new ImportVerification(seed);
        DescriptorRequests source = new DescriptorRequests(domains, seed);
        DescriptorTree tree = new DescriptorTree(domains);
        DescriptorCounters service = new DescriptorCounters(tree, Counting.AS_THE_SERVICE);
        DescriptorCounters allOrNothing = new DescriptorCounters(tree, Counting.ALL_OR_NOTHING);
        DescriptorCounters promised = new DescriptorCounters(tree, Counting.ALL_APPLY);
        ImportedLedger imported = new ImportedLedger(ruleset);
        for (int i = 0; i < requests && !source.isEmpty(); i++) {
            DescriptorRequest request = source.next();
            boolean there = service.allows(request);
            boolean here = imported.allows(request);
            boolean replaced = allOrNothing.allows(request);
            boolean expected = promised.allows(request);
            verification.asked++;
            verification.refused += here ? 0 : 1;
            if (here != expected) {
                verification.differ(Cause.UNEXPLAINED, request, there, here);
            } else if (here != there) {
                verification.differ(replaced == here ? Cause.REFUSALS_CHARGE : Cause.REPLACES, request, there, here);
            }
        }
        return verification;
    }

    private void differ(Cause cause, DescriptorRequest request, boolean there, boolean here) {
        String words = request + ": ratelimit " + verdict(there) + ", Sluice " + verdict(here);
        differences.computeIfAbsent(cause, absent -> new Differences(words)).count++;
    }

    private static String verdict(boolean allowed) {
        return allowed ? "allows" : "refuses";
    }

    /** Whether every difference comes from how the two count. */
    public boolean isExplained() {
        return !differences.containsKey(Cause.UNEXPLAINED);
    }

    long asked() {
        return asked;
    }

    long refused() {
        return refused;
    }

    /** How many answers differ, but for those that only differ because refusals are charged there. */
    long unexplained() {
        return count(Cause.UNEXPLAINED);
    }

    long replaced() {
        return count(Cause.REPLACES);
    }

    private long count(Cause cause) {
        Differences found = differences.get(cause);
        return found == null ? 0 : found.count;
    }

    /** For a person. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        long different =
                differences.values().stream().mapToLong(found -> found.count).sum();
        lines.add("verified: seed " + seed + ", " + asked + " requests, " + refused + " refused, " + different
                + " answers differ");
        differences.forEach((cause, found) -> {
            lines.add("  " + found.count + ": " + cause.words);
            lines.add("    first: " + found.first);
        });
        return lines;
    }

    /** For a program. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seed", seed);
        tree.put("requests", asked);
        tree.put("refused", refused);
        List<Map<String, Object>> causes = new ArrayList<>();
        differences.forEach((cause, found) -> {
            Map<String, Object> difference = new LinkedHashMap<>();
            difference.put("cause", cause.code());
            difference.put("reason", cause.words);
            difference.put("count", found.count);
            difference.put("first", found.first);
            causes.add(difference);
        });
        tree.put("differences", causes);
        return tree;
    }

    /** A ledger in memory with the imported ruleset, asked as the gateway asks. */
    private static final class ImportedLedger {
        private final InMemoryLedgerStore store = new InMemoryLedgerStore();
        private final Ledger ledger;
        private final BatchEvaluator batches;
        private long offset;

        ImportedLedger(Ruleset ruleset) {
            this.ledger = new Ledger(store, RulesetTimeline.empty().activated(ruleset, 0));
            this.batches = new BatchEvaluator(ledger, store);
        }

        boolean allows(DescriptorRequest request) {
            List<Admission> checks = request.descriptors().stream()
                    .map(asked -> new Admission(
                            request.domain(),
                            request.domain(),
                            asked.hits(),
                            /* method= */ "",
                            RoutePath.ROOT,
                            /* host= */ "",
                            DescriptorAttributes.of(request.domain(), asked.entries())))
                    .toList();
            BatchResult result = batches.decide(checks, /* idempotencyKey= */ null, request.atMillis(), offset++);
            BatchResult.@Nullable Decided decided = result instanceof BatchResult.Decided it ? it : null;
            if (decided == null) {
                throw new IllegalStateException("checks: " + result + " (expected: a decision)");
            }
            decided.checks().forEach(ledger::apply);
            return decided.outcome().allowed();
        }
    }
}
