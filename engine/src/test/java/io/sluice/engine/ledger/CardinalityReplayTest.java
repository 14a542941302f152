package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.RandomHistory.Step;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Counts of new buckets are a function of the log, and bound what is stored. */
final class CardinalityReplayTest {
    private static final int SEEDS = 300;
    private static final int RECORDS = 500;

    @Test
    void shouldDecideTheSame_whenCleanUpRunsAtAnyMoment() {
        long shared = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = RandomHistory.counted(seed, RECORDS, 40);
            SplittableRandom chance = new SplittableRandom(~seed);
            LedgerHarness neglected = LedgerHarness.empty();
            LedgerHarness cleaned = LedgerHarness.empty();
            List<AdmissionResult> results = new ArrayList<>();

            // When
            for (Step step : log) {
                cleaned.play(step, results);
                if (chance.nextInt(4) == 0) {
                    cleaned.cleanUp(chance::nextBoolean);
                }
            }

            // Then
            assertThat(results).as("seed %d", seed).isEqualTo(neglected.play(log));
            assertThat(cleaned.meaning()).as("seed %d", seed).isEqualTo(neglected.meaning());
            shared += results.stream().filter(CardinalityReplayTest::isShared).count();
        }
        assertThat(shared).as("admissions decided by shared buckets").isGreaterThan(SEEDS * 10L);
    }

    private static boolean isShared(AdmissionResult result) {
        return result instanceof AdmissionResult.Decided decided
                && decided.outcome().limits().stream().anyMatch(limit -> Scope.isOverflow(limit.scope()));
    }

    @Test
    void shouldDecideTheSame_whenRestoredFromASnapshotAnywhere() {
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            List<Step> log = RandomHistory.counted(seed, RECORDS, 40);
            int cut = new SplittableRandom(seed).nextInt(RECORDS + 1);
            LedgerHarness original = LedgerHarness.empty();
            original.play(log.subList(0, cut));

            // When
            LedgerHarness restored = original.restored();
            List<AdmissionResult> results = original.play(log.subList(cut, RECORDS));

            // Then
            assertThat(restored.play(log.subList(cut, RECORDS)))
                    .as("seed %d cut at %d", seed, cut)
                    .isEqualTo(results);
        }
    }

    /** Never more than twice the bound less one, however names are invented and kept alive. */
    @Test
    void shouldStayWithinTheBound_whenNamesAreInvented() {
        long begun = 0;
        for (long seed = 0; seed < SEEDS / 3; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            int perAccount = random.nextInt(1, 8);
            int perPartition = random.nextInt(1, 20);
            LedgerHarness harness = LedgerHarness.with(compiled(1, rules(random, perAccount, perPartition)));
            Set<BucketKey> keys = new HashSet<>();
            long now = 0;

            for (int i = 0; i < 2_000; i++) {
                // When
                now += random.nextInt(3) == 0 ? random.nextInt(3_000) : 0;
                String client = "a" + random.nextInt(4) + "/" + random.nextInt(40);
                Admission asked = admission(client, random.nextInt(1, 3));
                harness.admit(
                        now,
                        random.nextInt(10) == 0
                                ? asked.costing(random.nextInt(12)).in(ChargeMode.CHARGE)
                                : asked);
                if (random.nextInt(20) == 0) {
                    harness.cleanUp(() -> true);
                }

                // Then
                for (int account = 0; account < 4; account++) {
                    harness.settleDue("a" + account, now);
                }
                List<BucketKey> inUse = harness.store.buckets().entrySet().stream()
                        .filter(entry -> harness.ledger.refreshed(entry.getKey(), entry.getValue()) != null)
                        .map(Map.Entry::getKey)
                        .filter(key -> !key.scope().equals(Scope.PARTITION_OVERFLOW))
                        .toList();
                assertThat(inUse.size())
                        .as("seed %d record %d: partition", seed, i)
                        .isLessThan(2 * perPartition);
                for (int account = 0; account < 4; account++) {
                    String name = "a" + account;
                    assertThat(inUse.stream()
                                    .filter(key -> key.account().equals(name) && !Scope.isOverflow(key.scope())))
                            .as("seed %d record %d: %s", seed, i, name)
                            .hasSizeLessThan(2 * perAccount);
                }
                keys.addAll(inUse);
            }
            begun += keys.size();
        }
        assertThat(begun).as("buckets that were begun").isGreaterThan(SEEDS);
    }

    private static Map<String, Object> rules(SplittableRandom random, int perAccount, int perPartition) {
        List<Map<String, Object>> limits = List.of(
                limit("l", 1, "1s", 3),
                tree(
                        "id",
                        "l",
                        "scope",
                        "client",
                        "algorithm",
                        "fixed-window",
                        "limit",
                        3,
                        "window",
                        tree("per", "4s")),
                tree(
                        "id",
                        "l",
                        "scope",
                        "client",
                        "algorithm",
                        "sliding-window-counter",
                        "limit",
                        3,
                        "window",
                        tree("per", "4s")),
                tree("id", "l", "scope", "client", "algorithm", "concurrency", "limit", 3, "ttl", "5s"));
        Map<String, Object> chosen = limits.get(random.nextInt(limits.size()));
        if (!chosen.containsKey("ttl")) {
            chosen.put("overdraft", random.nextInt(20));
        }
        Map<String, Object> document = document(List.of(chosen));
        document.put("cardinality", tree("bucketsPerAccount", perAccount, "bucketsPerPartition", perPartition));
        return document;
    }
}
