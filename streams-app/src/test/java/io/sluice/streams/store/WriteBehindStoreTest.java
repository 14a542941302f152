package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.internals.RocksDBStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatchInterface;

/** RocksDB written behind: what is read, and what is there when it has to be. */
final class WriteBehindStoreTest {
    private static final long SEED = 20_261_122L;
    private static final int HISTORIES = 10;
    private static final int STEPS = 3_000;
    private static final int UNWRITTEN_MAX = 10;

    /** Writings that the writer has not begun. */
    private final Queue<Runnable> held = new ArrayDeque<>();

    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final List<StoreFixture> opened = new ArrayList<>();

    private StoreFixture opened(StoreFixture fixture) {
        opened.add(fixture);
        return fixture;
    }

    @AfterEach
    void close() {
        held.forEach(Runnable::run);
        opened.forEach(StoreFixture::close);
        writer.shutdown();
    }

    private static Bytes key(int number) {
        return Bytes.wrap(new byte[] {1, (byte) number});
    }

    private static byte[] value(int number) {
        return new byte[] {(byte) number};
    }

    private void fill(WriteBehindStore store) {
        for (int i = 0; i < UNWRITTEN_MAX; i++) {
            store.put(key(i), value(i));
        }
    }

    @Test
    void shouldEqualAPlainMap_whenHistoriesAreRandom() {
        for (int history = 0; history < HISTORIES; history++) {
            // Given
            long seed = SEED + history;
            SplittableRandom random = new SplittableRandom(seed);
            TreeMap<Bytes, String> model = new TreeMap<>();

            // When / Then
            try (StoreFixture fixture = new StoreFixture(8, 1 + random.nextInt(40), writer)) {
                for (int step = 0; step < STEPS; step++) {
                    act(fixture, model, random, "seed " + seed + ", step " + step);
                }
                fixture.commitOffset(1);
                assertThat(shown(fixture.rocksDb.all())).as("seed " + seed).isEqualTo(model);
            }
        }
    }

    private static void act(StoreFixture fixture, TreeMap<Bytes, String> model, SplittableRandom random, String where) {
        WriteBehindStore store = fixture.below;
        Bytes key = key(random.nextInt(60));
        byte[] value = random.nextInt(3) == 0 ? null : value(random.nextInt(100));
        switch (random.nextInt(random.nextInt(20) == 0 ? 9 : 6)) {
            case 0, 1 -> {
                store.put(key, value);
                remember(model, key, value);
            }
            case 2 -> {
                store.putAll(List.of(KeyValue.pair(key, value), KeyValue.pair(key(61), value(1))));
                remember(model, key, value);
                remember(model, key(61), value(1));
            }
            case 3 -> {
                assertThat(shown(store.delete(key))).as(where).isEqualTo(model.get(key));
                model.remove(key);
            }
            case 4, 5 -> assertThat(shown(store.get(key))).as(where).isEqualTo(model.get(key));
            case 6 -> assertThat(shown(store.range(key, null))).as(where).isEqualTo(model.tailMap(key));
            case 7 -> store.flushCache();
            default -> {
                try (KeyValueIterator<Bytes, byte[]> entries = store.storedFrom(key)) {
                    entries.forEachRemaining(entry -> assertThat(store.isUnwritten(entry.key)
                                    || shown(entry.value).equals(model.get(entry.key)))
                            .as(where)
                            .isTrue());
                }
            }
        }
    }

    private static void remember(TreeMap<Bytes, String> model, Bytes key, byte[] value) {
        if (value == null) {
            model.remove(key);
        } else {
            model.put(key, shown(value));
        }
    }

    private static String shown(byte[] value) {
        return value == null ? null : Byte.toString(value[0]);
    }

    private static TreeMap<Bytes, String> shown(KeyValueIterator<Bytes, byte[]> entries) {
        TreeMap<Bytes, String> found = new TreeMap<>();
        try (entries) {
            entries.forEachRemaining(entry -> found.put(entry.key, shown(entry.value)));
        }
        return found;
    }

    @Test
    void shouldAnswerFromMemory_whenTheWriterIsSlow() {
        // Given
        StoreFixture fixture = opened(new StoreFixture(8, UNWRITTEN_MAX, held::add));

        // When
        fill(fixture.below);
        fixture.below.put(key(0), null);

        // Then
        assertThat(fixture.stored()).isEmpty();
        assertThat(fixture.below.get(key(0))).isNull();
        assertThat(fixture.below.get(key(1))).isEqualTo(value(1));
        assertThat(fixture.below.isUnwritten(key(1))).isTrue();
        assertThat(fixture.below.unwritten()).isEqualTo(UNWRITTEN_MAX + 1);
    }

    @Test
    void shouldHandOver_whenFewEntriesAreLarge() {
        // Given
        WriteBehindStore.Bound bound = new WriteBehindStore.Bound(UNWRITTEN_MAX, /* bytesMax= */ 2_000);
        StoreFixture fixture = opened(new StoreFixture(new RocksDBStore("state", "rocksdb"), 8, bound, held::add));

        // When: a value takes the place of another, a removed entry has none
        fixture.below.put(key(1), new byte[1_500]);
        fixture.below.put(key(1), new byte[900]);
        fixture.below.put(key(2), new byte[900]);
        fixture.below.put(key(2), null);
        assertThat(held).isEmpty();
        assertThat(fixture.below.unwrittenBytes()).isEqualTo(904);
        fixture.below.put(key(3), new byte[1_094]);

        // Then
        assertThat(held).hasSize(1);
        assertThat(fixture.below.unwrittenBytes()).isEqualTo(2_000);
        held.remove().run();
        fixture.below.flushCache();
        assertThat(fixture.below.unwrittenBytes()).isZero();
        assertThat(fixture.stored()).hasSize(2);
    }

    @Test
    void shouldTakeHalfOfTheMemoryOfObjects_atMost() {
        // When: as many entries as 64 MiB are for at 400 bytes each
        WriteBehindStore.Bound bound = WriteBehindStore.Bound.beside((64 << 20) / 400);

        // Then: what waits, and as much in flight
        assertThat(2 * bound.bytesMax()).isBetween(31L << 20, 32L << 20);
        assertThat(bound.entriesMax()).isEqualTo(83_886);
    }

    @Test
    void shouldStillCallAnEntryUnwritten_whenWhoeverLooksMayHaveSeenTheOldOne() {
        // Given
        StoreFixture fixture = opened(new StoreFixture(8, UNWRITTEN_MAX, held::add));
        fill(fixture.below);

        // When
        held.remove().run();

        // Then: until the next commit
        assertThat(fixture.stored()).hasSize(UNWRITTEN_MAX);
        assertThat(fixture.below.isUnwritten(key(1))).isTrue();
        fixture.below.flushCache();
        assertThat(fixture.below.isUnwritten(key(1))).isFalse();
        assertThat(fixture.below.unwritten()).isZero();
    }

    @Test
    void shouldWriteAnEntryOnce_whenItChangesInEveryCommit() {
        // Given
        StoreFixture fixture = opened(new StoreFixture(8, UNWRITTEN_MAX, held::add));

        // When
        for (int commit = 1; commit <= WriteBehindStore.COMMITS_MAX; commit++) {
            assertThat(held).isEmpty();
            fixture.below.put(key(1), value(commit));
            fixture.below.flushCache();
        }

        // Then
        assertThat(held).hasSize(1);
        held.remove().run();
        assertThat(fixture.rocksDb.get(key(1))).isEqualTo(value(WriteBehindStore.COMMITS_MAX));
    }

    @Test
    void shouldHaveAllInRocksDb_whenAnOffsetIsPutBesideIt() {
        // Given
        StoreFixture fixture = opened(new StoreFixture(8, UNWRITTEN_MAX, Runnable::run));
        fixture.store.put(key(1), value(1));
        fixture.commitOffset(7);
        fixture.store.put(key(1), value(2));
        fixture.store.flushCache();

        // When
        fixture.store.close();
        fixture.open();

        // Then: what came after is in the changelog, from that offset on
        assertThat(fixture.below.committedOffset(StoreFixture.CHANGELOG)).isEqualTo(7);
        assertThat(fixture.store.get(key(1))).isEqualTo(value(1));
    }

    @Test
    void shouldHaveAllInRocksDb_whenTheTaskBecomesAStandby() {
        // Given
        StoreFixture fixture = opened(new StoreFixture(8, UNWRITTEN_MAX, Runnable::run));
        fixture.store.put(key(1), value(1));
        fixture.store.flushCache();

        // When: as a standby it is written past us
        fixture.store.clearCache();
        fixture.rocksDb.put(key(1), value(2));

        // Then
        assertThat(fixture.store.get(key(1))).isEqualTo(value(2));
    }

    @Test
    void shouldFail_whenRocksDbCouldNotBeWritten() {
        // Given
        RocksDBStore full = new RocksDBStore("state", "rocksdb") {
            @Override
            public void write(WriteBatchInterface batch) throws RocksDBException {
                throw new RocksDBException("no space left on device");
            }
        };
        StoreFixture fixture = opened(new StoreFixture(full, 8, UNWRITTEN_MAX, Runnable::run));

        // When
        fill(fixture.below);

        // Then: at every commit, and what was put stays what is read
        assertThatThrownBy(fixture.store::flushCache)
                .isInstanceOf(ProcessorStateException.class)
                .hasRootCauseMessage("no space left on device");
        assertThatThrownBy(fixture.store::flushCache).isInstanceOf(ProcessorStateException.class);
        assertThat(fixture.below.get(key(1))).isEqualTo(value(1));
    }
}
