package io.sluice.streams.store;

import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Builds the {@link PartitionStore} of each task over a {@link WriteBehindStore} of RocksDB. */
public final class PartitionStoreBuilder extends LoggedStoreBuilder<PartitionStore> {
    private static final LocalCopies COPIES = new LocalCopies(System::currentTimeMillis);

    private final int cachedEntriesMax;
    private final StoreMetrics metrics;

    /**
     * A builder for all tasks of an app.
     *
     * @param changelog the configuration of the changelog topic; null for a replica, which loads its state
     * @param cachedEntriesMax buckets, and a share of it of other entries, that each store keeps as objects
     * @param writer runs the writes to RocksDB
     */
    public PartitionStoreBuilder(
            String name,
            @Nullable Map<String, String> changelog,
            int cachedEntriesMax,
            Executor writer,
            StoreMetrics metrics) {
        super(
                new Behind(name, writer, WriteBehindStore.Bound.beside(cachedEntriesMax)),
                changelog,
                "it has a cache of its own",
                "quotas would be lost with the disk");
        this.cachedEntriesMax = cachedEntriesMax;
        this.metrics = metrics;
    }

    private record Behind(String name, Executor writer, WriteBehindStore.Bound bound)
            implements KeyValueBytesStoreSupplier {
        @Override
        public KeyValueStore<Bytes, byte[]> get() {
            return new WriteBehindStore(new RestorableRocksDb(name, metricsScope(), COPIES), writer, bound);
        }

        @Override
        public String metricsScope() {
            return "rocksdb";
        }
    }

    @Override
    protected PartitionStore over(KeyValueStore<Bytes, byte[]> logged) {
        return new PartitionStore(logged, cachedEntriesMax, metrics);
    }
}
