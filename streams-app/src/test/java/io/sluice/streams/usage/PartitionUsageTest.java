package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.DecisionCounts.Kind;
import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.DecisionCounts.LimitAnswer;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** The usage of one partition without Kafka: over crashes, and with more names than it has room for. */
final class PartitionUsageTest {
    private static final long SEED = 20_261_129L;
    private static final long MINUTE = UsageWindow.MINUTE.millis();
    private static final List<String> NAMES =
            List.of("acme", "=1+1", "<script>", "\u202eevil", "other", "a\\b", "\ud83d\ude00", "x".repeat(256));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UsageMetrics metrics = new UsageMetrics(registry);

    /** A decision in the log, at an offset. */
    private record Logged(DecisionCounts counts, long atMillis, long offset) {}

    private static Logged random(SplittableRandom random, long atMillis, long offset) {
        boolean denied = random.nextInt(3) == 0;
        long cost = random.nextInt(5);
        UsageOutcome outcome = denied ? UsageOutcome.DENIED : UsageOutcome.ALLOWED;
        String account = NAMES.get(random.nextInt(NAMES.size()));
        String hold = random.nextInt(4) == 0 ? "0-" + random.nextInt(40) : null;
        boolean settles = hold != null && random.nextBoolean();
        return new Logged(
                new DecisionCounts(
                        settles ? Kind.SETTLEMENT : Kind.ADMISSION,
                        account,
                        List.of(account + "/" + random.nextInt(9)),
                        "192.0.2." + random.nextInt(20),
                        new Labels(random.nextBoolean() ? "free" : "pro", random.nextBoolean() ? "" : "/v1/{id}"),
                        outcome,
                        settles || denied ? 0 : 1,
                        settles || !denied ? 0 : 1,
                        settles ? 0 : cost,
                        settles ? -cost : denied ? 0 : cost,
                        List.of(new LimitAnswer("limit-" + random.nextInt(3), outcome, cost, 0)),
                        hold),
                atMillis,
                offset);
    }

    private static List<Logged> log(SplittableRandom random) {
        List<Logged> log = new ArrayList<>();
        long atMillis = 1_699_999_000_000L;
        for (int offset = 0; offset < 4_000; offset++) {
            atMillis += random.nextInt(20) == 0 ? random.nextLong(20 * MINUTE) : random.nextLong(200);
            log.add(random(random, atMillis, offset));
        }
        return log;
    }

    private PartitionUsage usage(TreeStore store, Map<String, UsageRecord> latest) {
        return new PartitionUsage(
                store,
                UsageBounds.standard(),
                metrics,
                record -> latest.put(record.window() + " " + record.fromMillis() + " " + record.account(), record),
                watch(store));
    }

    private Watches watch(TreeStore store) {
        return new Watches(
                new SpikeWatch(store, SpikeBounds.standard(), metrics.spikes(), alert -> {}),
                UsageFixture.noBurn(store));
    }

    @Test
    void shouldSayTheSame_whenItCrashesAgainAndAgain() {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);
        List<Logged> log = log(random);
        Map<String, UsageRecord> expected = new TreeMap<>();
        PartitionUsage whole = usage(new TreeStore(), expected);
        log.forEach(logged -> whole.count(logged.counts(), logged.atMillis(), logged.offset()));
        whole.writeOpen();

        // When it loses what it had not committed, and reads from too far back
        Map<String, UsageRecord> actual = new TreeMap<>();
        TreeStore committed = new TreeStore();
        TreeStore store = committed.copy();
        PartitionUsage usage = usage(store, actual);
        int next = 0;
        int committedTo = 0;
        int crashes = 0;
        while (next < log.size()) {
            Logged logged = log.get(next++);
            if (!usage.isCounted(logged.offset())) {
                usage.count(logged.counts(), logged.atMillis(), logged.offset());
            }
            if (random.nextInt(50) == 0) {
                usage.save();
                committed = store.copy();
                committedTo = next;
            } else if (random.nextInt(200) == 0) {
                crashes++;
                store = committed.copy();
                usage = usage(store, actual);
                next = Math.max(0, committedTo - random.nextInt(200));
            } else if (random.nextInt(100) == 0) {
                usage.writeOpen();
            }
        }
        usage.writeOpen();

        // Then
        assertThat(crashes).as("seed %d", SEED).isGreaterThan(20);
        assertThat(actual.keySet()).as("seed %d", SEED).isEqualTo(expected.keySet());
        expected.forEach((key, record) -> {
            assertThat(actual.get(key).rows())
                    .as("seed %d, %s", SEED, key)
                    .containsExactlyInAnyOrderElementsOf(record.rows());
            assertThat(actual.get(key).distinctClients()).isEqualTo(record.distinctClients());
        });
        for (Ranking ranking : Ranking.ALL) {
            assertThat(usage.heaviest(ranking, UsageWindow.DAY, 100))
                    .as("seed %d, %s", SEED, ranking)
                    .isEqualTo(whole.heaviest(ranking, UsageWindow.DAY, 100));
        }
        assertThat(usage.accounts(UsageWindow.DAY)).isEqualTo(whole.accounts(UsageWindow.DAY));
        assertThat(usage.accounts(UsageWindow.HOUR)).isEqualTo(whole.accounts(UsageWindow.HOUR));
        assertThat(usage.accounts("", 100)).isEqualTo(whole.accounts("", 100)).contains("=1+1", "\ud83d\ude00");
    }

    private static Logged request(String account, long atMillis, long offset) {
        return new Logged(
                new DecisionCounts(
                        Kind.ADMISSION,
                        account,
                        List.of(account + "/app"),
                        null,
                        new Labels("free", ""),
                        UsageOutcome.ALLOWED,
                        1,
                        0,
                        1,
                        1,
                        List.of(),
                        null),
                atMillis,
                offset);
    }

    @Test
    void shouldFindAndCountAccounts_byTheBeginningOfTheirNames() {
        // Given accounts of yesterday, of today, and of the open minute
        TreeStore store = new TreeStore();
        PartitionUsage usage = usage(store, new TreeMap<>());
        long today = UsageWindow.DAY.startOf(1_699_999_000_000L);
        List<Logged> log = List.of(
                request("acme-old", today - 5 * UsageWindow.DAY.millis(), 0),
                request("acme-yesterday", today - MINUTE, 1),
                request("acme", today, 2),
                request("acmé", today, 3),
                request("zeta", today, 4),
                request("acme", today + MINUTE, 5),
                request("acme-now", today + 2 * MINUTE, 6));
        log.forEach(logged -> usage.count(logged.counts(), logged.atMillis(), logged.offset()));

        // Then
        assertThat(usage.accounts("acm", 100)).containsExactly("acme", "acme-now", "acme-yesterday", "acmé");
        assertThat(usage.accounts("acm", 2)).containsExactly("acme", "acme-now");
        assertThat(usage.accounts("acme-", 100)).containsExactly("acme-now", "acme-yesterday");
        assertThat(usage.accounts("nobody", 100)).isEmpty();
        assertThat(usage.accounts("", 100)).hasSize(5);
        assertThat(usage.accounts(UsageWindow.MINUTE)).isEqualTo(1);
        assertThat(usage.accounts(UsageWindow.HOUR)).isEqualTo(3);
        assertThat(usage.accounts(UsageWindow.DAY)).isEqualTo(3);

        // When a store has no count, as an older Sluice left it
        usage.save();
        store.delete(UsageKeys.count(UsageWindow.DAY, today));

        // Then the accounts are counted once more
        assertThat(usage(store, new TreeMap<>()).accounts(UsageWindow.DAY)).isEqualTo(3);
    }

    @Test
    void shouldCountTheOthers_whenAnEntryOfTheHourCannotBeRead() {
        // Given 20 accounts in the hour, of which one has an entry of a version that nobody knows
        TreeStore store = new TreeStore();
        Map<String, UsageRecord> records = new TreeMap<>();
        PartitionUsage usage = usage(store, records);
        for (int i = 0; i < 20; i++) {
            usage.count(denied("account-" + i), 0, i);
        }
        usage.count(denied("account-0"), MINUTE, 20);
        Bytes broken = UsageKeys.account(UsageWindow.HOUR, 0, "account-7");
        byte[] unknown = store.get(broken).clone();
        unknown[0] = 9;
        store.put(broken, unknown);

        // When the next minute and the hour end
        for (int i = 0; i < 20; i++) {
            usage.count(denied("account-" + i), MINUTE + 1, 21 + i);
        }
        usage.count(denied("account-0"), 60 * MINUTE, 41);

        // Then the others have both minutes, and this one has what came since
        for (int i = 0; i < 20; i++) {
            UsageRecord hour = records.get(UsageWindow.HOUR + " 0 account-" + i);
            assertThat(hour.rows().stream()
                            .filter(UsageRow::countsRequests)
                            .mapToLong(UsageRow::requests)
                            .sum())
                    .as("account %d", i)
                    .isEqualTo(i == 7 ? 1 : i == 0 ? 3 : 2);
        }
        assertThat(registry.get("sluice.usage.entries.unreadable").counter().count())
                .isEqualTo(1);
        assertThat(registry.get("sluice.usage.minutes.failed").counter().count())
                .isZero();
    }

    @Test
    void shouldCountTogether_whenAnHourHasTenTimesTheAccountsOfAMinute() {
        // Given two accounts a minute, and new ones in each
        Map<String, UsageRecord> records = new TreeMap<>();
        TreeStore store = new TreeStore();
        PartitionUsage usage = new PartitionUsage(
                store,
                UsageBounds.standard().with(2, 8),
                metrics,
                record -> records.put(record.window() + " " + record.account(), record),
                watch(store));

        // When
        for (int i = 0; i < 80; i++) {
            usage.count(request("account-" + i, 0, i).counts(), i / 2 * MINUTE, i);
        }
        usage.count(request("account-0", 0, 80).counts(), 60 * MINUTE, 80);

        // Then the hour has 20 accounts of its own, and the others together
        assertThat(usage.accounts(UsageWindow.DAY)).isEqualTo(21);
        assertThat(records.keySet()).filteredOn(key -> key.startsWith("HOUR ")).hasSize(21);
        assertThat(records.get("HOUR ").rows().stream()
                        .filter(UsageRow::countsRequests)
                        .mapToLong(UsageRow::requests)
                        .sum())
                .isEqualTo(60);
    }

    @Test
    void shouldStayBounded_whenAMillionAccountsAreInvented() {
        // Given
        int accounts = 1_000_000;
        int accountsMax = 1_000;
        Map<String, Long> requests = new TreeMap<>();
        TreeStore store = new TreeStore();
        PartitionUsage usage = new PartitionUsage(
                store,
                UsageBounds.standard().with(accountsMax, 8),
                metrics,
                record -> {
                    if (record.window() == UsageWindow.MINUTE) {
                        long sum = record.rows().stream()
                                .filter(UsageRow::countsRequests)
                                .mapToLong(UsageRow::requests)
                                .sum();
                        requests.merge(record.account().isEmpty() ? "others" : "named", sum, Long::sum);
                    }
                },
                watch(store));

        // When
        for (int i = 0; i < accounts; i++) {
            // Every hundredth request is the attacker's.
            usage.count(denied(i % 100 == 0 ? "attacker" : "invented-" + i), MINUTE, i);
        }
        usage.writeOpen();

        // Then
        assertThat(usage.openAccounts()).isLessThanOrEqualTo(accountsMax + 1);
        assertThat(requests.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(accounts);
        assertThat(requests.get("others")).isGreaterThan(900_000);
        assertThat(usage.heaviest(Ranking.DENIED, UsageWindow.HOUR, 1))
                .singleElement()
                .satisfies(count -> {
                    assertThat(count.key()).isEqualTo("attacker");
                    assertThat(10_000L).isBetween(count.count() - count.error(), count.count());
                });
        assertThat(registry.get("sluice.usage.folded")
                        .tag("bound", "accounts")
                        .counter()
                        .count())
                .isGreaterThan(900_000);
    }

    private static DecisionCounts denied(String account) {
        return new DecisionCounts(
                Kind.ADMISSION,
                account,
                List.of(account),
                null,
                new Labels("free", ""),
                UsageOutcome.DENIED,
                0,
                1,
                1,
                0,
                List.of(),
                null);
    }
}
