package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.internals.BlockBasedTableConfigWithAccessibleCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksDbMemoryTest {
    private static final int STORES = 4;
    private static final long BOUND_BYTES = 8L << 20;
    private static final byte[] VALUE = new byte[1_000];

    @TempDir
    private Path directory;

    /** One store after the other is written to, as the tasks of a thread are at a commit. */
    @Test
    void shouldNotMakeAFileOfEachWrite_whenOtherStoresKeepTheirBuffers() throws Exception {
        // Given
        try (RocksDbMemory memory = new RocksDbMemory(2 * BOUND_BYTES, BOUND_BYTES, STORES);
                Stores stores = new Stores(memory, directory)) {
            // When
            for (RocksDB store : stores.opened) {
                write(store, 4_000);
            }
            // Then: 4 MB each, in files of a share of the bound
            long fileBytesMin = memory.storeBytes() / 2;
            for (RocksDB store : stores.opened) {
                long files = Long.parseLong(store.getProperty("rocksdb.num-files-at-level0"));
                assertThat(files).isLessThanOrEqualTo(4_000L * VALUE.length / fileBytesMin);
            }
        }
    }

    @Test
    void shouldGiveAllStoresLessThanTheBound_whenThereAreMany() {
        // Given, When
        try (RocksDbMemory few = new RocksDbMemory(256L << 20, 85L << 20, 4);
                RocksDbMemory many = new RocksDbMemory(256L << 20, 85L << 20, 64)) {
            // Then
            assertThat(few.storeBytes()).isEqualTo((85L << 20) * 2 / 5 / 4);
            assertThat(many.storeBytes() * 64).isLessThan((85L << 20) / 2);
        }
    }

    @Test
    void shouldNameTheValue_whenThereIsNoStore() {
        assertThatThrownBy(() -> new RocksDbMemory(1 << 20, 1 << 20, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("storesMax: 0 (expected: at least 1)");
    }

    private static void write(RocksDB store, int entries) throws RocksDBException {
        for (int i = 0; i < entries; i++) {
            store.put(("account-" + i).getBytes(StandardCharsets.UTF_8), VALUE);
        }
    }

    /** Stores as Kafka Streams opens them. */
    private static final class Stores implements AutoCloseable {
        private final List<Options> options = new ArrayList<>();
        private final List<RocksDB> opened = new ArrayList<>();

        private Stores(RocksDbMemory memory, Path directory) throws RocksDBException {
            for (int i = 0; i < STORES; i++) {
                Options each = new Options().setCreateIfMissing(true);
                BlockBasedTableConfigWithAccessibleCache table = new BlockBasedTableConfigWithAccessibleCache();
                table.setBlockCache(new LRUCache(1 << 20));
                each.setTableFormatConfig(table);
                new RocksDbTuning().setConfig("usage", each, Map.of(RocksDbMemory.CONFIG, memory));
                each.setDisableAutoCompactions(true);
                options.add(each);
                opened.add(RocksDB.open(
                        each, directory.resolve(Integer.toString(i)).toString()));
            }
        }

        @Override
        public void close() {
            opened.forEach(RocksDB::close);
            options.forEach(Options::close);
        }
    }
}
