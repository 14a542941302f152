package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Open holds in the order of their expiries, in memory and in the store, against a plain sorted map. */
final class DueHoldsTest {
    private static final long SEED = 20_261_121L;
    private static final int HISTORIES = 20;
    private static final int STEPS = 3_000;

    private final StoreFixture fixture =
            new StoreFixture(/* cachedEntriesMax= */ 64, /* unwrittenEntriesMax= */ 32, Runnable::run);
    private final PartitionStore store = fixture.store;
    private DueHolds holds = new DueHolds(store);

    /** By account and kind: expiry and offset. */
    private final Map<String, TreeMap<List<Long>, Long>> model = new HashMap<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldEqualAPlainMap_whenHistoriesAreRandom() {
        for (int history = 0; history < HISTORIES; history++) {
            // Given
            long seed = SEED + history;
            SplittableRandom random = new SplittableRandom(seed);

            // When / Then
            for (int step = 0; step < STEPS; step++) {
                act(random, history * (long) STEPS + step, "seed " + seed + ", step " + step);
            }
        }
    }

    private void act(SplittableRandom random, long offset, String where) {
        String account = "account-" + random.nextInt(3);
        HoldKind kind = HoldKind.values()[random.nextInt(2)];
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> opened(new HoldKey(account, kind, offset), random.nextInt(50));
            case 3, 4, 5 -> closedFirst(account, kind);
            case 6 -> {
                int max = 1 + random.nextInt(100);
                List<List<Long>> all = expected(account, kind);
                assertThat(visited(account, kind, max)).as(where).isEqualTo(all.subList(0, Math.min(max, all.size())));
            }
            default -> restarted(random);
        }
    }

    private List<List<Long>> visited(String account, HoldKind kind, int max) {
        List<List<Long>> seen = new ArrayList<>();
        holds.visit(account, kind, (key, expiresAtMillis) -> {
            seen.add(List.of(expiresAtMillis, key.offset()));
            return seen.size() < max;
        });
        return seen;
    }

    private List<List<Long>> expected(String account, HoldKind kind) {
        return new ArrayList<>(of(account, kind).keySet());
    }

    private TreeMap<List<Long>, Long> of(String account, HoldKind kind) {
        return model.computeIfAbsent(
                account + kind,
                name -> new TreeMap<>((a, b) -> a.get(0).equals(b.get(0))
                        ? a.get(1).compareTo(b.get(1))
                        : a.get(0).compareTo(b.get(0))));
    }

    private void opened(HoldKey key, long expiresAtMillis) {
        holds.open(key, expiresAtMillis);
        of(key.account(), key.kind()).put(List.of(expiresAtMillis, key.offset()), key.offset());
    }

    private void closedFirst(String account, HoldKind kind) {
        TreeMap<List<Long>, Long> open = of(account, kind);
        if (!open.isEmpty()) {
            List<Long> first = open.pollFirstEntry().getKey();
            holds.close(new HoldKey(account, kind, first.get(1)), first.get(0));
        }
    }

    /** Nothing in memory is needed: all of it is in the store. */
    private void restarted(SplittableRandom random) {
        if (random.nextInt(20) == 0) {
            holds = new DueHolds(store);
        }
    }

    @Test
    void shouldTellAll_whenAnAccountHasMoreThanIsKept() {
        // Given
        int count = DueHolds.OF_ACCOUNT_MAX + 10;
        assertThat(visited("acme", HoldKind.SLOTS, 1)).isEmpty();

        // When
        for (int i = 0; i < count; i++) {
            opened(new HoldKey("acme", HoldKind.SLOTS, i), count - i);
        }

        // Then
        assertThat(visited("acme", HoldKind.SLOTS, count))
                .isEqualTo(expected("acme", HoldKind.SLOTS))
                .hasSize(count);
        assertThat(visited("acme", HoldKind.SLOTS, 3)).hasSize(3);
    }

    @Test
    void shouldReadTheStoreOnce_whenHoldsComeAndGo() {
        // Given
        assertThat(visited("acme", HoldKind.LEASE, 1)).isEmpty();

        // When
        opened(new HoldKey("acme", HoldKind.LEASE, 7), 100);

        // Then: a range of the store would have had it written
        assertThat(visited("acme", HoldKind.LEASE, 10)).containsExactly(List.of(100L, 7L));
        assertThat(fixture.below.approximateNumEntries()).isZero();
    }
}
