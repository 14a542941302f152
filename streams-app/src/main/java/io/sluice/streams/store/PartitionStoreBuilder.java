package io.sluice.streams.store;

import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Builds the {@link PartitionStore} of each task over a changelog and a {@link WriteBehindStore} of RocksDB; Streams'
 * own cache stays off.
 */
public final class PartitionStoreBuilder implements StoreBuilder<PartitionStore> {
    /** How many cached entries there are for each one that may wait to be written to RocksDB. */
    private static final int CACHED_FOR_UNWRITTEN = 2;

    private final StoreBuilder<KeyValueStore<Bytes, byte[]>> below;
    private final int cachedEntriesMax;
    private final StoreMetrics metrics;

    /**
     * A builder for all tasks of an app.
     *
     * @param changelog the configuration of the changelog topic
     * @param cachedEntriesMax buckets, and a share of it of other entries, that each store keeps as objects
     * @param writer runs the writes to RocksDB
     */
    public PartitionStoreBuilder(
            String name, Map<String, String> changelog, int cachedEntriesMax, Executor writer, StoreMetrics metrics) {
        int unwrittenEntriesMax = Math.max(1, cachedEntriesMax / CACHED_FOR_UNWRITTEN);
        this.below = Stores.keyValueStoreBuilder(
                        new Behind(name, writer, unwrittenEntriesMax), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(changelog);
        this.cachedEntriesMax = cachedEntriesMax;
        this.metrics = metrics;
    }

    private record Behind(String name, Executor writer, int entriesMax) implements KeyValueBytesStoreSupplier {
        @Override
        public KeyValueStore<Bytes, byte[]> get() {
            return new WriteBehindStore(new RestorableRocksDb(name, metricsScope()), writer, entriesMax);
        }

        @Override
        public String metricsScope() {
            return "rocksdb";
        }
    }

    @Override
    public PartitionStore build() {
        return new PartitionStore(below.build(), cachedEntriesMax, metrics);
    }

    @Override
    public StoreBuilder<PartitionStore> withCachingEnabled() {
        throw new UnsupportedOperationException("withCachingEnabled: it has a cache of its own");
    }

    @Override
    public StoreBuilder<PartitionStore> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<PartitionStore> withLoggingEnabled(Map<String, String> config) {
        below.withLoggingEnabled(config);
        return this;
    }

    @Override
    public StoreBuilder<PartitionStore> withLoggingDisabled() {
        throw new UnsupportedOperationException("withLoggingDisabled: quotas would be lost with the disk");
    }

    @Override
    public Map<String, String> logConfig() {
        return below.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
        return below.loggingEnabled();
    }

    @Override
    public String name() {
        return below.name();
    }
}
