package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.StoredBucket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store against a plain map, through commits, aborted transactions and ranges. */
final class PartitionStoreTest {
    private static final long SEED = 20_261_121L;
    private static final int HISTORIES = 10;
    private static final int STEPS = 2_000;
    private static final Bytes FIRST = Bytes.wrap(new byte[] {0});

    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final StoreFixture fixture =
            new StoreFixture(/* cachedEntriesMax= */ 8, /* unwrittenEntriesMax= */ 4, writer);
    private final PartitionStore store = fixture.store;

    /** What should be there now, and what was when the last transaction was committed. */
    private final TreeMap<Bytes, String> now = new TreeMap<>();

    private TreeMap<Bytes, String> committed = new TreeMap<>();

    @AfterEach
    void close() {
        fixture.close();
        writer.shutdown();
    }

    @Test
    void shouldEqualAPlainMap_whenHistoriesAreRandom() {
        for (int history = 0; history < HISTORIES; history++) {
            // Given
            long seed = SEED + history;
            SplittableRandom random = new SplittableRandom(seed);

            // When / Then
            for (int step = 0; step < STEPS; step++) {
                act(random, "seed " + seed + ", step " + step);
            }
        }
    }

    private void act(SplittableRandom random, String where) {
        switch (random.nextInt(random.nextInt(10) == 0 ? 10 : 6)) {
            case 0, 1 -> {
                BucketKey key = bucketKey(random);
                StoredBucket bucket = bucket(random);
                store.putBucket(key, bucket);
                BucketGroup group = groupNow(key);
                group.put(key.limitId(), bucket);
                now.put(StateKeys.of(BucketGroupKey.of(key)), shown(BucketGroupCodec.encode(group)));
            }
            case 2, 3 -> {
                BucketKey key = bucketKey(random);
                assertThat(store.bucket(key)).as(where).isEqualTo(groupNow(key).bucket(key.limitId()));
            }
            case 4 -> {
                Bytes key = otherKey(random);
                byte[] value = random.nextInt(3) == 0 ? null : new byte[] {(byte) random.nextInt(100)};
                store.put(key, value);
                remember(key, value);
            }
            case 5 -> {
                Bytes key = otherKey(random);
                byte[] found = store.get(key);
                assertThat(found == null ? null : shown(found)).as(where).isEqualTo(now.get(key));
            }
            case 6 -> assertThat(range()).as(where).isEqualTo(now);
            case 7 -> rewrite(random, where);
            case 8 -> commit(random, where);
            default -> abort();
        }
    }

    private BucketGroup groupNow(BucketKey key) {
        String shown = now.get(StateKeys.of(BucketGroupKey.of(key)));
        return shown == null ? new BucketGroup() : BucketGroupCodec.group(shown.getBytes(StandardCharsets.ISO_8859_1));
    }

    private TreeMap<Bytes, String> range() {
        TreeMap<Bytes, String> found = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(FIRST, null)) {
            entries.forEachRemaining(entry -> found.put(entry.key, shown(entry.value)));
        }
        return found;
    }

    /** As the clean-up does: looks at what is written and still holds, then drops or rewrites some of it. */
    private void rewrite(SplittableRandom random, String where) {
        List<KeyValue<Bytes, byte[]>> changes = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries = store.storedFrom(FIRST)) {
            entries.forEachRemaining(entry -> {
                if (store.isChanged(entry.key)) {
                    return;
                }
                assertThat(shown(entry.value)).as(where).isEqualTo(now.get(entry.key));
                if (random.nextInt(3) == 0) {
                    boolean isGroup = StateKeys.bucketGroupKey(entry.key.get()) != null;
                    byte[] kept = isGroup ? groupOf("limit-1", bucket(random)) : new byte[] {1};
                    changes.add(KeyValue.pair(entry.key, random.nextBoolean() ? null : kept));
                }
            });
        }
        store.rewrite(changes);
        changes.forEach(change -> remember(change.key, change.value));
    }

    private void commit(SplittableRandom random, String where) {
        store.flushCache();
        committed = new TreeMap<>(now);
        if (random.nextBoolean()) {
            fixture.commitOffset(1);
            TreeMap<Bytes, String> stored = new TreeMap<>();
            fixture.stored().forEach((key, value) -> stored.put(key, shown(value)));
            assertThat(stored).as(where).isEqualTo(now);
        }
    }

    private void abort() {
        Map<Bytes, byte[]> restored = new HashMap<>();
        committed.forEach((key, value) -> restored.put(key, value.getBytes(StandardCharsets.ISO_8859_1)));
        fixture.reopenWiped(restored);
        now.clear();
        now.putAll(committed);
    }

    private void remember(Bytes key, byte[] value) {
        if (value == null) {
            now.remove(key);
        } else {
            now.put(key, shown(value));
        }
    }

    private static String shown(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    private static BucketKey bucketKey(SplittableRandom random) {
        return new BucketKey("account-" + random.nextInt(4), "limit-" + random.nextInt(3), "" + random.nextInt(3));
    }

    private static StoredBucket bucket(SplittableRandom random) {
        return new StoredBucket(1 + random.nextInt(3), new TokenState(random.nextInt(1_000), random.nextInt(20), 0));
    }

    private static byte[] groupOf(String limitId, StoredBucket bucket) {
        BucketGroup group = new BucketGroup();
        group.put(limitId, bucket);
        return BucketGroupCodec.encode(group);
    }

    private static Bytes otherKey(SplittableRandom random) {
        return random.nextBoolean() ? StateKeys.CLOCK : StateKeys.holdsOf("account-" + random.nextInt(20));
    }

    @Test
    void shouldWriteABucketOnce_whenItChangesOftenBetweenTwoCommits() {
        // Given
        BucketKey key = new BucketKey("acme", "limit", "acme/a");
        for (int used = 1; used <= 100; used++) {
            assertThat(store.bucket(key) == null).isEqualTo(used == 1);
            store.putBucket(key, new StoredBucket(1, new TokenState(0, used, 0)));
        }

        // When
        store.flushCache();
        store.flushCache();

        // Then
        assertThat(fixture.told)
                .containsAllEntriesOf(Map.of("entries", 1L, "hits", 99L, "misses", 1L, "written", 1L, "unwritten", 1L))
                .hasEntrySatisfying("unwrittenBytes", bytes -> assertThat(bytes).isPositive());
    }

    @Test
    void shouldLeaveChangesUnwritten_whenTheCleanUpLooks() {
        // Given
        Bytes kept = StateKeys.holdsOf("acme");
        Bytes changed = StateKeys.holdsOf("zen");
        store.put(kept, new byte[] {1});
        store.put(changed, new byte[] {1});
        fixture.commitOffset(1);
        store.put(changed, new byte[] {2});

        // When
        Map<Bytes, Boolean> seen = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> entries = store.storedFrom(FIRST)) {
            entries.forEachRemaining(entry -> seen.put(entry.key, store.isChanged(entry.key)));
        }

        // Then
        assertThat(seen).isEqualTo(Map.of(kept, false, changed, true));
        assertThat(fixture.below.get(changed)).isEqualTo(new byte[] {1});
    }

    @Test
    void shouldCallAnEntryChanged_whenRocksDbDoesNotHaveItYet() {
        // Given
        Bytes key = StateKeys.holdsOf("acme");
        store.put(key, new byte[] {1});
        fixture.commitOffset(1);

        // When
        store.put(key, new byte[] {2});
        store.flushCache();

        // Then
        assertThat(fixture.rocksDb.get(key)).isEqualTo(new byte[] {1});
        assertThat(store.isChanged(key)).isTrue();
    }

    @Test
    void shouldAskBelowAgain_whenItWasRecycled() {
        // Given
        BucketKey key = new BucketKey("acme", "limit", "acme/a");
        store.putBucket(key, new StoredBucket(1, new TokenState(0, 1, 0)));
        store.flushCache();

        // When: restored by another instance's changes, as a standby is
        store.clearCache();
        fixture.rocksDb.put(
                StateKeys.of(BucketGroupKey.of(key)), groupOf("limit", new StoredBucket(1, new TokenState(0, 7, 0))));

        // Then
        assertThat(store.bucket(key)).isEqualTo(new StoredBucket(1, new TokenState(0, 7, 0)));
    }
}
