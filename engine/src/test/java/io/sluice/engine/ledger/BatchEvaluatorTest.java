package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ledger.BatchResult.BatchOutcome;
import io.sluice.engine.ledger.RandomHistory.Ask;
import io.sluice.engine.ledger.RandomHistory.Step;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Batches: all checks are charged, or none. */
final class BatchEvaluatorTest {
    private static final int SEEDS = 150;
    private static final int RECORDS = 300;

    /** Ten tokens a client, one back each second; fifteen an account. */
    private static Ruleset rules() {
        return compiled(1, document(limit("client", 1, "1s", 10), limit("account", "account", 1, "1s", 15)));
    }

    private static BatchResult batch(
            LedgerHarness partition, long atMillis, @Nullable String key, Admission... checks) {
        long nowMillis = partition.goTo(atMillis);
        BatchEvaluator evaluator = new BatchEvaluator(partition.ledger, partition.store);
        BatchResult result = evaluator.decide(List.of(checks), key, nowMillis, partition.nextOffset());
        evaluator.apply(result);
        return result;
    }

    private static BatchOutcome decided(BatchResult result) {
        return ((BatchResult.Decided) result).outcome();
    }

    @Test
    void shouldChargeEveryCheck_whenAllAreAllowed() {
        // Given
        LedgerHarness partition = LedgerHarness.with(rules());

        // When
        BatchResult result =
                batch(partition, 0, null, admission("acme/a", 4), admission("acme/b", 3), admission("acme/a", 6));

        // Then
        assertThat(decided(result).refusedCheck()).isEqualTo(-1);
        assertThat(decided(result).outcome().cost()).isEqualTo(13);
        assertThat(decided(result).outcome().limits())
                .extracting(LimitOutcome::limitId, LimitOutcome::scope, LimitOutcome::remaining)
                .containsExactly(
                        tuple("client", "acme/a", 0L), tuple("account", "", 2L), tuple("client", "acme/b", 7L));
        assertThat(BatchEvaluator.charges((BatchResult.Decided) result))
                .containsExactly(
                        Map.entry(new BucketKey("acme", "client", "acme/a"), 10L),
                        Map.entry(new BucketKey("acme", "account", ""), 13L),
                        Map.entry(new BucketKey("acme", "client", "acme/b"), 3L));
        assertThat(partition.admit(0, admission("acme/a", 1)).allowed()).isFalse();
    }

    @Test
    void shouldChargeNothingAndNameTheFirst_whenOneIsRefused() {
        // Given
        LedgerHarness partition = LedgerHarness.with(rules());
        partition.admit(0, admission("acme/a", 1));
        Map<Object, Object> before = partition.meaning();

        // When
        BatchResult result =
                batch(partition, 0, null, admission("acme/b", 3), admission("acme/a", 6), admission("acme/a", 4));

        // Then
        BatchOutcome refused = decided(result);
        assertThat(refused.refusedCheck()).isEqualTo(2);
        assertThat(refused.outcome().reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(refused.outcome().deciding()).extracting(LimitOutcome::scope).isEqualTo("acme/a");
        assertThat(refused.outcome().deciding())
                .extracting(LimitOutcome::remaining)
                .isEqualTo(9L);
        assertThat(refused.outcome().cost()).isEqualTo(10);
        assertThat(refused.outcome().retryAfterMillis()).isEqualTo(1_000);
        assertThat(partition.meaning()).isEqualTo(before);
    }

    @Test
    void shouldSayThatNoWaitHelps_whenAllTogetherAreAboveTheCapacity() {
        // Given
        LedgerHarness partition = LedgerHarness.with(rules());

        // When
        BatchOutcome refused = decided(batch(partition, 0, null, admission("acme/a", 6), admission("acme/a", 6)));

        // Then
        assertThat(refused.refusedCheck()).isEqualTo(1);
        assertThat(refused.outcome().reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
        assertThat(refused.outcome().retryAfterMillis()).isEqualTo(Algorithm.NEVER);
    }

    @Test
    void shouldAnswerTheSameOnce_whenAKeyIsRepeated() {
        // Given
        LedgerHarness partition = LedgerHarness.with(rules());
        Admission[] refused = {admission("acme/b", 3), admission("acme/a", 11)};
        Admission[] allowed = {admission("acme/b", 3), admission("acme/a", 2)};
        BatchOutcome firstRefused = decided(batch(partition, 0, "no", refused));
        BatchOutcome firstAllowed = decided(batch(partition, 0, "yes", allowed));

        // When
        BatchResult againRefused = batch(partition, 5, "no", refused);
        BatchResult againAllowed = batch(partition, 5, "yes", allowed);

        // Then
        assertThat(againRefused).isEqualTo(new BatchResult.Replayed(firstRefused));
        assertThat(againAllowed).isEqualTo(new BatchResult.Replayed(firstAllowed));
        assertThat(batch(partition, 6, "no", allowed)).isEqualTo(new BatchResult.KeyReused(0));
        assertThat(batch(partition, 6, "yes", allowed[1], allowed[0])).isEqualTo(new BatchResult.KeyReused(0));
        assertThat(partition.evaluate(6, admission("acme/b", 3), "yes")).isInstanceOf(AdmissionResult.Decided.class);
        assertThat(batch(partition, 600_000, "yes", allowed)).isInstanceOf(BatchResult.Decided.class);
    }

    @Test
    void shouldNameTheCheck_whenAListRefuses() {
        // Given
        Map<String, Object> document = document(limit("client", 1, "1s", 10));
        document.put(
                "lists",
                List.of(tree("id", "blocked", "access", "deny", "entries", List.of(tree("client", "acme/b")))));
        LedgerHarness partition = LedgerHarness.with(compiled(1, document));

        // When
        BatchOutcome refused = decided(batch(partition, 0, null, admission("acme/a", 6), admission("acme/b", 1)));

        // Then
        assertThat(refused.refusedCheck()).isEqualTo(1);
        assertThat(refused.outcome().listed()).extracting(ListMatch::listId).isEqualTo("blocked");
        assertThat(partition.admit(0, admission("acme/a", 10)).allowed()).isTrue();
    }

    @Test
    void shouldRefuseTheBatchAsSuch_whenACheckTakesSlotsOrAllMeetTooManyLimits() {
        // Given
        Map<String, Object> slots =
                tree("id", "slots", "scope", "account", "algorithm", "concurrency", "limit", 2L, "ttl", "1m");
        LedgerHarness withSlots =
                LedgerHarness.with(compiled(1, document(limit("client", 1, "1s", 10), matching(slots, "path", "/s"))));
        List<Map<String, Object>> many = new ArrayList<>();
        for (int i = 0; i < 501; i++) {
            many.add(limit("l" + i, 1, "1s", 10));
        }
        LedgerHarness withMany = LedgerHarness.with(compiled(1, document(many)));
        Admission onSlots = admission("acme/a", 1, "GET", "/s", Map.of());

        // When / Then
        assertThat(batch(withSlots, 0, "k", admission("acme/a", 1), onSlots))
                .isEqualTo(new BatchResult.TakesSlots(1, "slots"));
        assertThat(batch(withSlots, 0, "k", admission("acme/a", 1), onSlots.costing(0)))
                .isInstanceOf(BatchResult.Decided.class);
        assertThat(batch(withMany, 0, null, admission("acme/a", 1), admission("acme/a", 1)))
                .isEqualTo(new BatchResult.TooManyLimits(1));
        assertThat(withMany.store.buckets()).isEmpty();
    }

    @Test
    void shouldBeAllOrNothingAndTellTheExactWait_whenHistoriesAreRandom() {
        long allowed = 0;
        long refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            LedgerHarness partition = LedgerHarness.empty();
            for (Step step : RandomHistory.changing(seed, RECORDS, 30)) {
                if (!(step instanceof Ask ask)) {
                    partition.play(step, new ArrayList<>());
                    continue;
                }
                // Given
                Admission[] checks = checks(ask.admission().in(ChargeMode.CHECK), random);
                LedgerHarness oneByOne = partition.restored();
                LedgerHarness untouched = partition.restored();

                // When
                BatchOutcome batch = decided(batch(partition, ask.recordMillis(), null, checks));

                // Then
                int listed = firstListed(untouched.restored(), ask.recordMillis(), checks);
                int first = listed < 0 ? firstRefused(oneByOne, ask.recordMillis(), checks) : listed;
                assertThat(batch.refusedCheck()).as("seed %d", seed).isEqualTo(first);
                if (first < 0) {
                    allowed++;
                    assertThat(partition.store.buckets()).as("seed %d", seed).isEqualTo(oneByOne.store.buckets());
                } else {
                    refused++;
                    untouched.goTo(ask.recordMillis());
                    assertThat(partition.store).as("seed %d", seed).isEqualTo(untouched.store);
                    assertWait(partition, batch.outcome(), checks, "seed " + seed);
                }
            }
        }
        assertThat(allowed).as("allowed").isGreaterThan(5_000);
        assertThat(refused).as("refused").isGreaterThan(5_000);
    }

    @Test
    void shouldTellTheExactWait_whateverTheAlgorithm() {
        List<Map<String, Object>> algorithms = List.of(
                tree("algorithm", "leaky-bucket", "rate", tree("tokens", 3L, "per", "40ms"), "queue", 8L),
                tree("algorithm", "fixed-window", "limit", 10L, "window", tree("per", "60ms")),
                tree("algorithm", "fixed-window", "limit", 10L, "window", tree("per", "60ms", "from", "first-hit")),
                tree("algorithm", "sliding-window-counter", "limit", 10L, "window", tree("per", "60ms")),
                tree("algorithm", "sliding-window-log", "limit", 10L, "window", tree("per", "60ms")));
        for (Map<String, Object> algorithm : algorithms) {
            Map<String, Object> limit = tree("id", "l", "scope", "client");
            limit.putAll(algorithm);
            SplittableRandom random = new SplittableRandom(7);
            LedgerHarness partition = LedgerHarness.with(compiled(1, document(limit)));
            int refused = 0;
            for (long atMillis = 1_000; atMillis < 40_000; atMillis += random.nextInt(40)) {
                // Given
                Admission[] checks = checks(admission("acme/a", random.nextInt(5)), random);
                int first = firstRefused(partition.restored(), atMillis, checks);

                // When
                BatchOutcome batch = decided(batch(partition, atMillis, null, checks));

                // Then
                assertThat(batch.refusedCheck()).as("%s", algorithm).isEqualTo(first);
                if (first >= 0) {
                    refused++;
                    assertWait(partition, batch.outcome(), checks, algorithm + " at " + atMillis);
                }
            }
            assertThat(refused).as("%s: refused", algorithm).isGreaterThan(100);
        }
    }

    /** Two to five of an account: what is asked, and variations of it. */
    private static Admission[] checks(Admission asked, SplittableRandom random) {
        Admission[] checks = new Admission[random.nextInt(2, 6)];
        for (int i = 0; i < checks.length; i++) {
            checks[i] = random.nextBoolean()
                    ? asked
                    : admission(
                            asked.account() + "/" + random.nextInt(3),
                            random.nextInt(4),
                            random.nextBoolean() ? "GET" : "POST",
                            random.nextBoolean() ? "/v1/orders" : "/",
                            asked.attributes());
        }
        return checks;
    }

    private static int firstListed(LedgerHarness partition, long atMillis, Admission... checks) {
        for (int i = 0; i < checks.length; i++) {
            if (partition.admit(atMillis, checks[i]).reason() == Reason.DENY_LISTED) {
                return i;
            }
        }
        return -1;
    }

    private static int firstRefused(LedgerHarness partition, long atMillis, Admission... checks) {
        for (int i = 0; i < checks.length; i++) {
            if (!partition.admit(atMillis, checks[i].atOnce()).allowed()) {
                return i;
            }
        }
        return -1;
    }

    private static LedgerHarness after(LedgerHarness partition, long waitMillis) {
        LedgerHarness later = partition.restored();
        later.passTo(later.ledger.clock().stampMillis() + waitMillis);
        return later;
    }

    private static void assertWait(LedgerHarness partition, Outcome outcome, Admission[] checks, String seed) {
        long waitMillis = outcome.retryAfterMillis();
        if (outcome.reason() == Reason.DENY_LISTED || waitMillis == Algorithm.NEVER) {
            return;
        }
        long stampMillis = partition.ledger.clock().stampMillis();
        assertThat(firstRefused(after(partition, waitMillis - 1), stampMillis + waitMillis - 1, checks))
                .as("%s: 1 ms before %d ms", seed, waitMillis)
                .isNotNegative();
        assertThat(firstRefused(after(partition, waitMillis), stampMillis + waitMillis, checks))
                .as("%s: after %d ms", seed, waitMillis)
                .isNegative();
    }
}
