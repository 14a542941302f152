package io.sluice.engine.ledger;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A partition's log made of a seed: few clients, few tokens and short periods, so that refusals, retries, changes of
 * rules and full buckets all meet within some hundred records.
 */
final class RandomHistory {
    sealed interface Step permits Ask, Activation {}

    record Ask(
            long recordMillis,
            Admission admission,
            @Nullable String key) implements Step {}

    record Activation(long recordMillis, Ruleset ruleset) implements Step {}

    private static final List<String> CLIENTS = List.of("acme", "acme/a", "acme/a/x", "beta", "beta/a");
    private static final List<Object> SCOPES = List.of(
            "client",
            "account",
            "attribute:region",
            List.of("client", "attribute:region"),
            List.of("account", "attribute:region"));
    private static final List<String> PERIODS = List.of("7ms", "250ms", "1s", "7s", "1m", "1h");
    private static final List<Map<String, String>> ATTRIBUTES =
            List.of(Map.of(), Map.of("region", "eu"), Map.of("region", "us"), Map.of("region", "eu", "job", "1"));
    private static final List<String> PATHS = List.of("/", "/v1/orders", "/v1/orders/7", "/v2");

    private final SplittableRandom random;
    private final List<Step> steps = new ArrayList<>();
    private long nowMillis = 1_700_000_000_000L;
    private long revision;

    private final boolean counted;

    private RandomHistory(long seed, boolean counted) {
        this.random = new SplittableRandom(seed);
        this.counted = counted;
    }

    /** The same, and most rulesets bound how many buckets new buckets may begin. */
    static List<Step> counted(long seed, int records, int activationOneIn) {
        return changing(new RandomHistory(seed, /* guarded= */ true), records, activationOneIn);
    }

    /** A log in which about one record of {@code activationOneIn} changes the rules. */
    static List<Step> changing(long seed, int records, int activationOneIn) {
        return changing(new RandomHistory(seed, /* guarded= */ false), records, activationOneIn);
    }

    private static List<Step> changing(RandomHistory history, int records, int activationOneIn) {
        for (int i = 0; i < records; i++) {
            boolean activates = history.random.nextInt(activationOneIn) == 0;
            history.steps.add(activates ? history.activation() : history.ask());
        }
        return history.steps;
    }

    /** A log with one ruleset at its beginning. */
    static List<Step> underOneRuleset(long seed, int records) {
        RandomHistory history = new RandomHistory(seed, /* guarded= */ false);
        history.steps.add(history.activation());
        for (int i = 1; i < records; i++) {
            history.steps.add(history.ask());
        }
        return history.steps;
    }

    private Activation activation() {
        // Now and then a revision is repeated, as the broadcaster does, or skipped.
        revision = Math.max(1, revision + random.nextInt(0, 4) - (random.nextInt(8) == 0 ? 1 : 0));
        List<Map<String, Object>> limits = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d")) {
            if (random.nextInt(4) != 0) {
                limits.add(limit(id));
            }
        }
        Map<String, Object> document = RulesetFixture.document(limits);
        document.put("tiers", List.of("free", "pro"));
        document.put("accounts", RulesetFixture.tree("beta", RulesetFixture.tree("tier", one(List.of("free", "pro")))));
        document.put("idempotencyWindow", random.nextInt(1, 20_000) + "ms");
        if (counted && random.nextInt(5) != 0) {
            document.put("cardinality", cardinality());
        }
        if (random.nextInt(3) == 0) {
            document.put("lists", List.of(list("allow"), list("deny")));
        }
        return new Activation(recordMillis(), RulesetFixture.compiled(revision, document));
    }

    private Map<String, Object> cardinality() {
        Map<String, Object> resolver = RulesetFixture.tree("bucketsPerAccount", random.nextInt(1, 4));
        if (random.nextBoolean()) {
            resolver.put("bucketsPerPartition", random.nextInt(1, 6));
        }
        return resolver;
    }

    private Map<String, Object> list(String access) {
        Map<String, Object> entry = RulesetFixture.tree("client", one(CLIENTS));
        return RulesetFixture.tree("id", access, "access", access, "entries", List.of(entry));
    }

    private Map<String, Object> limit(String id) {
        // The scope mostly stays, since a change of scope forgets the bucket.
        Object scope = random.nextInt(6) == 0 ? one(SCOPES) : SCOPES.get(id.charAt(0) - 'a');
        Map<String, Object> limit =
                RulesetFixture.limit(id, scope, random.nextInt(1, 21), one(PERIODS), random.nextInt(1, 21));
        if (random.nextInt(3) != 0) {
            limit.put(
                    "alertAt",
                    one(List.of(List.of("50%", "80%", "100%"), List.of("70%"), List.of("60%", "110%", "250%"))));
        }
        if (random.nextInt(8) == 0) {
            limit.put("mode", "shadow");
        } else if (random.nextInt(8) == 0) {
            limit.put("rollout", "50%");
        }
        if (random.nextInt(3) == 0 && (long) limit.get("burst") >= 4) {
            limit.put("grace", "30%");
        }
        switch (random.nextInt(10)) {
            case 0 -> limit.put("onExceed", "tag");
            case 1 -> limit.put("onExceed", "challenge");
            case 2 -> limit.putAll(Map.of("onExceed", "throttle", "maxWait", 1 + random.nextInt(3_000) + "ms"));
            default -> limit.put("onExceed", "deny");
        }
        if (random.nextInt(3) == 0) {
            limit.put("keepFor", Map.of("normal", "5%", "high", random.nextInt(40) + "%", "critical", "12.5%"));
        }
        if (random.nextInt(3) == 0) {
            limit.put("overdraft", random.nextInt(30));
            limit.put("refunds", random.nextBoolean());
        }
        return switch (random.nextInt(8)) {
            case 0 -> RulesetFixture.matching(limit, "path", "/v1/**");
            case 1 -> RulesetFixture.matching(limit, "methods", "GET");
            case 2 -> RulesetFixture.matching(limit, "tiers", "pro");
            default -> limit;
        };
    }

    private Ask ask() {
        long cost = random.nextInt(20) == 0 ? random.nextInt(15, 25) : random.nextInt(0, 5);
        Admission admission =
                RulesetFixture.admission(one(CLIENTS), cost, one(List.of("GET", "POST")), one(PATHS), one(ATTRIBUTES));
        admission = admission.withPriority(one(List.of(PriorityLevel.values())));
        if (random.nextInt(8) == 0) {
            admission = admission.in(random.nextInt(3) == 0 ? ChargeMode.REFUND : ChargeMode.CHARGE);
        } else if (random.nextInt(3) == 0) {
            admission = admission.waiting(1 + random.nextInt(random.nextInt(5) == 0 ? 60_000 : 2_000));
        }
        boolean repeats = random.nextInt(4) == 0;
        if (repeats && !steps.isEmpty() && steps.get(random.nextInt(steps.size())) instanceof Ask earlier) {
            return new Ask(recordMillis(), earlier.admission(), earlier.key());
        }
        return new Ask(recordMillis(), admission, random.nextInt(3) == 0 ? "key-" + random.nextInt(20) : null);
    }

    /** Mostly a little later, sometimes the same or an earlier moment, sometimes a long pause. */
    private long recordMillis() {
        nowMillis += switch (random.nextInt(20)) {
            case 0 -> -random.nextInt(5_000);
            case 1, 2, 3 -> 0;
            case 4, 5 -> random.nextInt(3_000);
            case 6 -> random.nextInt(30_000);
            case 7 -> random.nextInt(10) == 0 ? random.nextInt(10_000_000) : 1;
            default -> random.nextInt(200);
        };
        return nowMillis;
    }

    private <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
