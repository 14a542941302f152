package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.WideNetwork.Asked;
import io.sluice.engine.ledger.WideNetwork.LeaseId;
import io.sluice.engine.ledger.WideNetwork.Partition;
import io.sluice.engine.ledger.WideNetwork.Reported;
import io.sluice.engine.ledger.WideNetwork.Road;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.StoredBucket;
import java.util.ArrayList;
import java.util.Collection;
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

    /** The same with limits that have enough to lend: 9 of one beside a verdict, and 10 of the other. */
    private static final Ruleset LENDING = ruleset(
            1,
            limit("own", "account", 1, "1h", 640),
            limit("all", "global", 1, "1h", 600),
            window(limit("too", "global", 1, "1h", 1), 700));

    private static final Map<String, Long> CAPACITIES = Map.of("all", 40L, "address", 5L);
    private static final Map<String, Long> LENDING_CAPACITIES = Map.of("all", 600L, "too", 700L);
    /** Shorter than a history, or longer. */
    private static final List<Long> LEASE_MILLIS = List.of(500L, 60_000L);

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
                history(new WideNetwork(partitions, RULES), CAPACITIES, 0, new Random(seed * 1_000L + partitions));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + partitions + " partitions", e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void shouldConserveAndNeverOverAdmit_whenLeasesTakeTokensOfWideBuckets(int partitions) {
        long granted = 0;
        long spent = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            try {
                WideNetwork network = new WideNetwork(partitions, LENDING);
                long leaseMillis = LEASE_MILLIS.get(seed % LEASE_MILLIS.size());
                history(network, LENDING_CAPACITIES, leaseMillis, new Random(seed * 1_000L + partitions));
                granted += sum(network.leases.values());
                spent += sum(network.spentOfLeases.values());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + partitions + " partitions", e);
            }
        }
        assertThat(spent).as("spent of %d tokens", granted).isBetween(granted / 10, granted * 9 / 10);
    }

    private static long sum(Collection<Long> tokens) {
        return tokens.stream().mapToLong(it -> it).sum();
    }

    /** At some time, somebody reports a lease, truly or not, once or again. */
    private static void report(WideNetwork network, long nowMillis, Random random) {
        List<LeaseId> leases = new ArrayList<>(network.leases.keySet());
        if (!leases.isEmpty()) {
            LeaseId lease = leases.get(leases.size() - 1 - random.nextInt(Math.min(40, leases.size())));
            long granted = network.leases.get(lease);
            network.report(nowMillis, new Reported(lease, random.nextInt((int) granted + 2)));
        }
    }

    private static void history(WideNetwork network, Map<String, Long> capacities, long leaseMillis, Random random) {
        // Given
        int count = network.partitions.size();
        Map<Integer, Asked> asked = new HashMap<>();
        long nowMillis = 1_000_000;

        // When
        for (int step = 0; step < STEPS; step++) {
            nowMillis += random.nextInt(20);
            Partition partition = network.partitions.get(random.nextInt(count));
            List<Road> roads = new ArrayList<>(network.roads.values());
            switch (random.nextInt(9)) {
                case 0, 1 -> {
                    Asked one = retried(step, asked, leaseMillis, random);
                    asked.put(step, one);
                    network.ask(nowMillis, one);
                }
                case 2 -> partition.crash();
                case 3 -> partition.commit();
                case 8 -> report(network, nowMillis, random);
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
        for (int reports = network.leases.size(); reports > 0; reports--) {
            report(network, nowMillis + 100, random);
        }
        network.settle(nowMillis + 100);
        requireConservation(network);
        // All leases are over, and everybody hears of it.
        network.look(nowMillis + 100 + leaseMillis);
        network.settle(nowMillis + 100 + leaseMillis);

        // Then: everything is decided once, nothing is open, and buckets hold what was admitted
        assertThat(network.answers.keySet()).isEqualTo(asked.keySet());
        assertThat(network.spentOfLeases.keySet()).isEqualTo(network.leases.keySet());
        assertThat(network.open()).isZero();
        assertThat(network.travelling()).isZero();
        Map<String, Long> admitted = admitted(network, asked);
        capacities.keySet().stream()
                .filter(limit -> !limit.equals("address"))
                .forEach(limit -> admitted.merge(limit, sum(network.spentOfLeases.values()), Long::sum));
        admitted.forEach((bucket, tokens) -> {
            assertThat(tokens).as(bucket).isLessThanOrEqualTo(capacities.get(bucket.split(" ", -1)[0]));
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
        network.ask(1_000_000, new Asked(0, admission, "key", 0));
        network.ask(1_000_000, new Asked(1, admission, "key", 0));
        network.ask(1_000_000, new Asked(2, admission, "key", 0));

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
            network.ask(1_000_000, new Asked(number, admission, null, 0));
        }

        // When
        network.settle(1_000_000);

        // Then
        assertThat(network.open()).isZero();
        assertThat(used(network, "all")).isEqualTo(5);
        requireConservation(network);
    }

    /** A new request, or one of before once more under its key. */
    private static Asked retried(int number, Map<Integer, Asked> before, long leaseMillis, Random random) {
        Asked earlier = before.get(random.nextInt(number + 1));
        return earlier == null || earlier.key() == null || random.nextInt(3) == 0
                ? asked(number, leaseMillis, random)
                : new Asked(number, earlier.admission(), earlier.key(), 0);
    }

    private static Asked asked(int number, long leaseMillis, Random random) {
        String account = "a" + random.nextInt(12);
        Admission admission = new Admission(
                account,
                account,
                random.nextInt(4),
                "GET",
                RoutePath.ROOT,
                "",
                Map.of("ip", "192.0.2." + random.nextInt(4)));
        boolean hasKey = random.nextInt(3) == 0;
        return new Asked(number, admission, hasKey ? "key-" + number : null, hasKey ? 0 : leaseMillis);
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
                                limit.scope().isEmpty() ? limit.limitId() : limit.limitId() + " " + limit.scope(),
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
