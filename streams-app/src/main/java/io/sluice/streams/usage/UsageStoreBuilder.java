package io.sluice.streams.usage;

import io.sluice.streams.store.RestorableStores;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Builds the {@link UsageStore} of each task; Streams' own cache stays off. */
final class UsageStoreBuilder implements StoreBuilder<UsageStore> {
    private final StoreBuilder<KeyValueStore<Bytes, byte[]>> below;

    UsageStoreBuilder(String name, Map<String, String> changelog) {
        this.below = Stores.keyValueStoreBuilder(new RestorableStores(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(changelog);
    }

    @Override
    public UsageStore build() {
        return new UsageStore(below.build());
    }

    @Override
    public StoreBuilder<UsageStore> withCachingEnabled() {
        throw new UnsupportedOperationException("withCachingEnabled: its processor keeps the open minute as objects");
    }

    @Override
    public StoreBuilder<UsageStore> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<UsageStore> withLoggingEnabled(Map<String, String> config) {
        below.withLoggingEnabled(config);
        return this;
    }

    @Override
    public StoreBuilder<UsageStore> withLoggingDisabled() {
        throw new UnsupportedOperationException("withLoggingDisabled: counts would be lost with the disk");
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
