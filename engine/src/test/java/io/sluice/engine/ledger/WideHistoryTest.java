package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.WideNetwork.Asked;
import io.sluice.engine.ledger.WideNetwork.Partition;
import io.sluice.engine.ledger.WideNetwork.Road;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of requests that meet wide limits: crashes, delays and repetitions between any two steps. */
final class WideHistoryTest {
    private static final int HISTORIES = 60;
    private static final int STEPS = 400;

    /** Nothing flows back within a history, so what is admitted at most is the capacity. */
    private static final Ruleset RULES = ruleset(
            1,
            limit("own", "account", 1, "1h", 9),
            limit("all", "global", 1, "1h", 40),
            window(limit("address", List.of("global", "attribute:ip"), 1, "1h", 1), 5));

    private static Map<String, Object> window(Map<String, Object> limit, int tokens) {
        limit.remove("rate");
        limit.remove("burst");
        limit.put("algorithm", "fixed-window");
        limit.put("limit", tokens);
        limit.put("window", tree("per", "1h"));
        return limit;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void shouldConserveAndNeverOverAdmit_whenPartitionsCrashBetweenAnyTwoSteps(int partitions) {
        for (int seed = 0; seed < HISTORIES; seed++) {
            try {
                history(partitions, new Random(seed * 1_000L + partitions));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + partitions + " partitions", e);
            }
        }
    }

    private static void history(int count, Random random) {
        // Given
        WideNetwork network = new WideNetwork(count, RULES);
        Map<Integer, Asked> asked = new HashMap<>();
        long nowMillis = 1_000_000;

        // When
        for (int step = 0; step < STEPS; step++) {
            nowMillis += random.nextInt(20);
            Partition partition = network.partitions.get(random.nextInt(count));
            List<Road> roads = new ArrayList<>(network.roads.values());
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    Asked one = retried(step, asked, random);
                    asked.put(step, one);
                    network.ask(nowMillis, one);
                }
                case 2 -> partition.crash();
                case 3 -> partition.commit();
                case 4 -> {
                    if (!roads.isEmpty() && random.nextInt(4) == 0) {
                        roads.get(random.nextInt(roads.size())).repeat(nowMillis, random.nextInt(100));
                    }
                }
                default -> {
                    for (Partition any : network.partitions) {
                        if (any.hasNext() && random.nextBoolean()) {
                            any.step();
                        }
                    }
                    for (Road road : roads) {
                        if (!road.isEmpty() && random.nextBoolean()) {
                            road.arrive(nowMillis);
                        }
                    }
                }
            }
            if (step % 8 == 0) {
                requireConservation(network);
            }
        }
        requireConservation(network);
        network.settle(nowMillis + 100);

        // Then: everything is decided once, nothing is open, and buckets hold what was admitted
        assertThat(network.answers.keySet()).isEqualTo(asked.keySet());
        assertThat(network.open()).isZero();
        assertThat(network.travelling()).isZero();
        Map<String, Long> admitted = admitted(network, asked);
        assertThat(admitted.getOrDefault("all", 0L)).isLessThanOrEqualTo(40);
        admitted.forEach((bucket, tokens) -> {
            assertThat(tokens).as(bucket).isLessThanOrEqualTo(bucket.startsWith("address") ? 5 : 40);
            assertThat(used(network, bucket)).as("in use of %s", bucket).isEqualTo(tokens);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void shouldNotBeRefusedByItsOwnRetry_whenTwoSharedBucketsHaveOneTokenLeft(int count) {
        // Given a request and its retry, both before the first visit
        WideNetwork network = new WideNetwork(
                count,
                ruleset(
                        1,
                        limit("own", "account", 1, "1h", 9),
                        limit("one", "global", 1, "1h", 1),
                        limit("two", "global", 1, "1h", 1)));
        Admission admission = new Admission("a", "a", 1, "GET", RoutePath.ROOT, "", Map.of());
        network.ask(1_000_000, new Asked(0, admission, "key"));
        network.ask(1_000_000, new Asked(1, admission, "key"));
        network.ask(1_000_000, new Asked(2, admission, "key"));

        // When
        network.settle(1_000_000);

        // Then
        AdmissionResult first = network.answers.get(0);
        assertThat(((AdmissionResult.Decided) first).outcome().allowed()).isTrue();
        assertThat(network.answers.get(1)).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(network.answers.get(2)).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(network.open()).isZero();
        assertThat(network.travelling()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void shouldGiveBackWhatItsOwnLimitRefuses_whenOneAccountFloods(int count) {
        // Given everything is on the road before the first verdict
        WideNetwork network = new WideNetwork(
                count, ruleset(1, limit("own", "account", 1, "1h", 5), limit("all", "global", 1, "1h", 500)));
        Admission admission = new Admission("a", "a", 1, "GET", RoutePath.ROOT, "", Map.of());
        for (int number = 0; number < 500; number++) {
            network.ask(1_000_000, new Asked(number, admission, null));
        }

        // When
        network.settle(1_000_000);

        // Then
        assertThat(network.open()).isZero();
        assertThat(used(network, "all")).isEqualTo(5);
        requireConservation(network);
    }

    /** A new request, or one of before once more under its key. */
    private static Asked retried(int number, Map<Integer, Asked> before, Random random) {
        Asked earlier = before.get(random.nextInt(number + 1));
        return earlier == null || earlier.key() == null || random.nextInt(3) == 0
                ? asked(number, random)
                : new Asked(number, earlier.admission(), earlier.key());
    }

    private static Asked asked(int number, Random random) {
        String account = "a" + random.nextInt(12);
        Admission admission = new Admission(
                account,
                account,
                random.nextInt(4),
                "GET",
                RoutePath.ROOT,
                "",
                Map.of("ip", "192.0.2." + random.nextInt(4)));
        return new Asked(number, admission, random.nextInt(3) == 0 ? "key-" + number : null);
    }

    /** Nothing flows back within a history: so what is open is in the buckets, and what was kept, and nothing else. */
    private static void requireConservation(WideNetwork network) {
        for (Partition partition : network.partitions) {
            long used = 0;
            for (Map.Entry<BucketKey, StoredBucket> bucket :
                    partition.store.buckets().entrySet()) {
                if (bucket.getKey().account().equals(Scope.WIDE_ACCOUNT)) {
                    used += bucket.getValue().state().usedTokens();
                }
            }
            assertThat(used).isEqualTo(partition.wide.vouchers().tokens() + partition.keptTokens());
        }
    }

    private static Map<String, Long> admitted(WideNetwork network, Map<Integer, Asked> asked) {
        Map<String, Long> admitted = new HashMap<>();
        network.answers.forEach((number, result) -> {
            if (result instanceof AdmissionResult.Decided decided
                    && decided.outcome().allowed()) {
                for (LimitOutcome limit : decided.outcome().limits()) {
                    if (!limit.limitId().equals("own")) {
                        admitted.merge(
                                limit.scope().isEmpty() ? "all" : "address " + limit.scope(),
                                asked.get(number).admission().cost(),
                                Long::sum);
                    }
                }
            }
        });
        return admitted;
    }

    private static long used(WideNetwork network, String bucket) {
        String[] name = bucket.split(" ", -1);
        BucketKey key = new BucketKey(Scope.WIDE_ACCOUNT, name[0], name.length > 1 ? name[1] : "");
        long used = 0;
        for (Partition partition : network.partitions) {
            StoredBucket stored = partition.store.bucket(key);
            used += stored == null ? 0 : stored.state().usedTokens();
        }
        return used;
    }
}
