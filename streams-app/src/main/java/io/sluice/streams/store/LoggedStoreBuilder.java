package io.sluice.streams.store;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Builds a store of each task over a key-value store with a changelog; Streams' own cache stays off.
 *
 * @param <S> the store that is built
 */
public abstract class LoggedStoreBuilder<S extends StateStore> implements StoreBuilder<S> {
    private final StoreBuilder<KeyValueStore<Bytes, byte[]>> below;
    private final String withoutCacheSince;
    private final String withLogSince;

    /**
     * A builder for all tasks of an app.
     *
     * @param changelog the configuration of the changelog topic; null for a store that is a copy, and has none
     * @param withoutCacheSince why Streams' own cache may not be switched on
     * @param withLogSince why the changelog may not be switched off
     */
    protected LoggedStoreBuilder(
            KeyValueBytesStoreSupplier supplier,
            @Nullable Map<String, String> changelog,
            String withoutCacheSince,
            String withLogSince) {
        StoreBuilder<KeyValueStore<Bytes, byte[]>> plain =
                Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray());
        this.below = changelog == null ? plain.withLoggingDisabled() : plain.withLoggingEnabled(changelog);
        this.withoutCacheSince = withoutCacheSince;
        this.withLogSince = withLogSince;
    }

    /** The store over this one. */
    protected abstract S over(KeyValueStore<Bytes, byte[]> logged);

    @Override
    public final S build() {
        return over(below.build());
    }

    @Override
    public final StoreBuilder<S> withCachingEnabled() {
        throw new UnsupportedOperationException("withCachingEnabled: " + withoutCacheSince);
    }

    @Override
    public final StoreBuilder<S> withCachingDisabled() {
        return this;
    }

    @Override
    public final StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
        below.withLoggingEnabled(config);
        return this;
    }

    @Override
    public final StoreBuilder<S> withLoggingDisabled() {
        throw new UnsupportedOperationException("withLoggingDisabled: " + withLogSince);
    }

    @Override
    public final Map<String, String> logConfig() {
        return below.logConfig();
    }

    @Override
    public final boolean loggingEnabled() {
        return below.loggingEnabled();
    }

    @Override
    public final String name() {
        return below.name();
    }
}
