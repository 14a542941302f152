package io.sluice.streams.store;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Builds the {@link PartitionStore} of each task over RocksDB with a changelog; Streams' own cache stays off. */
public final class PartitionStoreBuilder implements StoreBuilder<PartitionStore> {
    private final StoreBuilder<KeyValueStore<Bytes, byte[]>> below;
    private final int cachedEntriesMax;
    private final StoreMetrics metrics;

    /**
     * A builder for all tasks of an app.
     *
     * @param changelog the configuration of the changelog topic
     * @param cachedEntriesMax buckets, and a share of it of other entries, that each store keeps as objects
     */
    public PartitionStoreBuilder(
            String name, Map<String, String> changelog, int cachedEntriesMax, StoreMetrics metrics) {
        this.below = Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(changelog);
        this.cachedEntriesMax = cachedEntriesMax;
        this.metrics = metrics;
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
