package io.sluice.streams.store;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;

/** Supplies a {@link RestorableRocksDb} for each task. */
public record RestorableStores(String name) implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
        return new RestorableRocksDb(name, metricsScope());
    }

    @Override
    public String metricsScope() {
        return "rocksdb";
    }
}
