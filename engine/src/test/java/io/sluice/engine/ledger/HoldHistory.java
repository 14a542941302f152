package io.sluice.engine.ledger;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetFixture;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A partition's log made of a seed, in which clients reserve, commit, cancel, release, forget, and try what they may
 * not.
 */
final class HoldHistory {
    sealed interface Step permits Ask, Settle, Activation {
        long recordMillis();
    }

    record Ask(
            long recordMillis,
            Admission admission,
            @Nullable String key) implements Step {}

    record Settle(long recordMillis, HoldAction action) implements Step {}

    record Activation(long recordMillis, Ruleset ruleset) implements Step {}

    static final List<String> CLIENTS = List.of("acme", "acme/a", "acme/b", "beta", "beta/a");
    static final List<String> ACCOUNTS = List.of("acme", "beta");
    private static final long START_MILLIS = 1_700_000_000_000L;

    private final SplittableRandom random;
    private final List<Step> steps = new ArrayList<>();
    /** What was asked at each offset; null where something else was. */
    private final List<@Nullable Admission> asked = new ArrayList<>();

    private long nowMillis = START_MILLIS;
    private long revision;
    private boolean hurried;

    private HoldHistory(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A log whose rules change about once in {@code activationOneIn} records. */
    static List<Step> changing(long seed, int records, int activationOneIn) {
        HoldHistory history = new HoldHistory(seed);
        history.steps.add(history.activation());
        while (history.steps.size() < records) {
            history.steps.add(
                    history.random.nextInt(activationOneIn) == 0 ? history.activation() : history.admission());
        }
        return history.steps;
    }

    /** A log under one ruleset, which comes first; nobody waits or matters more than others. */
    static List<Step> under(long seed, int records, Ruleset ruleset) {
        HoldHistory history = new HoldHistory(seed);
        history.hurried = true;
        history.steps.add(new Activation(START_MILLIS, ruleset));
        while (history.steps.size() < records) {
            history.steps.add(history.admission());
        }
        return history.steps;
    }

    private Activation activation() {
        revision++;
        List<Map<String, Object>> limits = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d")) {
            if (random.nextInt(8) != 0) {
                limits.add(limit(id));
            }
        }
        Map<String, Object> document = RulesetFixture.document(limits);
        if (random.nextBoolean()) {
            // Known buckets are kept although they are full.
            document.put("cardinality", Map.of("bucketsPerAccount", 2 + random.nextInt(4)));
        }
        return new Activation(recordMillis(), RulesetFixture.compiled(revision, document));
    }

    private Map<String, Object> limit(String id) {
        Object scope = random.nextInt(8) == 0 ? "account" : id.equals("a") ? "account" : "client";
        long size = 3 + random.nextInt(20);
        Map<String, Object> limit = new LinkedHashMap<>(Map.of("id", id, "scope", scope));
        // Mostly the kind stays, so that its numbers change.
        int kind = random.nextInt(6) == 0 ? random.nextInt(6) : (id.charAt(0) - 'a') * 2 % 6;
        Map<String, Object> window = Map.of("per", one(List.of("250ms", "1s", "7s")));
        Map<String, Object> rate = Map.of("tokens", 1 + random.nextInt(9), "per", one(List.of("70ms", "1s", "9s")));
        switch (kind) {
            case 0 -> limit.putAll(Map.of("rate", rate, "burst", size));
            case 1 -> limit.putAll(Map.of("algorithm", "leaky-bucket", "rate", rate, "queue", size));
            case 2 -> limit.putAll(Map.of("algorithm", "concurrency", "limit", size, "ttl", "900ms"));
            case 3 -> limit.putAll(Map.of("algorithm", "fixed-window", "limit", size, "window", window));
            case 4 -> limit.putAll(Map.of("algorithm", "sliding-window-log", "limit", size, "window", window));
            default -> limit.putAll(Map.of("algorithm", "sliding-window-counter", "limit", size, "window", window));
        }
        if (random.nextInt(3) == 0) {
            limit.put("keepFor", Map.of("high", "20%", "critical", "10%"));
        }
        if (kind < 2 && random.nextInt(3) == 0) {
            limit.putAll(Map.of("onExceed", "throttle", "maxWait", "2s"));
        } else if (random.nextInt(8) == 0) {
            limit.put("onExceed", one(List.of("tag", "challenge")));
        }
        if (kind != 2 && random.nextInt(3) == 0) {
            limit.putAll(Map.of("overdraft", random.nextInt(30), "refunds", random.nextBoolean()));
        }
        if (random.nextBoolean()) {
            limit.put("carryOver", one(List.of("additive", "proportional", "as-is", "reset")));
        }
        return limit;
    }

    private Step admission() {
        if (random.nextInt(3) == 0 && !asked.isEmpty()) {
            int offset = Math.max(0, asked.size() - 1 - random.nextInt(10));
            Admission admission = asked.get(offset);
            if (admission != null) {
                asked.add(null);
                return new Settle(recordMillis(), action(offset, admission));
            }
        }
        Admission admission = RulesetFixture.admission(one(CLIENTS), random.nextInt(0, 4));
        boolean done = random.nextInt(9) == 0;
        if (done) {
            admission = admission
                    .costing(random.nextInt(12))
                    .in(random.nextInt(4) == 0 ? ChargeMode.REFUND : ChargeMode.CHARGE);
        } else if (random.nextInt(3) != 0) {
            admission = admission.reserving(1 + random.nextInt(random.nextInt(6) == 0 ? 20_000 : 1_500));
        }
        if (!done && !hurried && random.nextBoolean()) {
            admission = admission.waiting(1 + random.nextInt(4_000)).withPriority(one(List.of(PriorityLevel.values())));
        }
        asked.add(admission);
        return new Ask(recordMillis(), admission, random.nextInt(6) == 0 ? "key-" + random.nextInt(20) : null);
    }

    private HoldAction action(long offset, Admission held) {
        // Now and then a unauthenticated caller tries.
        String client = random.nextInt(12) == 0 ? held.account() : held.clientId();
        return switch (random.nextInt(4)) {
            case 0 ->
                new HoldAction(new HoldKey(held.account(), HoldKind.SLOTS, offset), client, HoldOutcome.RELEASED, 0);
            case 1 ->
                new HoldAction(
                        new HoldKey(held.account(), HoldKind.RESERVATION, offset), client, HoldOutcome.CANCELLED, 0);
            default ->
                new HoldAction(
                        new HoldKey(held.account(), HoldKind.RESERVATION, offset),
                        client,
                        HoldOutcome.COMMITTED,
                        random.nextLong(held.cost() + (random.nextInt(5) == 0 ? 14 : 1)));
        };
    }

    private long recordMillis() {
        nowMillis += switch (random.nextInt(16)) {
            case 0 -> -random.nextInt(2_000);
            case 1, 2, 3 -> 0;
            case 4 -> random.nextInt(2_500);
            case 5 -> random.nextInt(12) == 0 ? random.nextInt(60_000) : 1;
            default -> random.nextInt(120);
        };
        return nowMillis;
    }

    private <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
