package io.sluice.streams.store;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.metrics.StreamsMetricsImpl;
import org.apache.kafka.streams.state.internals.RocksDBStore;

/**
 * The state of one partition whose log is run again: the same store as under Kafka Streams, in a directory of its own,
 * without a changelog.
 *
 * <p>Its memory is bounded: so many entries as objects, the rest in RocksDB.
 */
public final class RunStore implements AutoCloseable {
    private static final String NAME = "run";

    private final PartitionStore store;
    private final Metrics metrics = new Metrics();

    /**
     * Opens an empty store.
     *
     * @param directory holds RocksDB's files; the caller deletes it
     * @param memory shared by all stores that are open at once
     * @param cachedEntriesMax buckets, and a share of it of other entries, kept as objects
     */
    public RunStore(int partition, Path directory, RocksDbMemory memory, int cachedEntriesMax, StoreMetrics told) {
        WriteBehindStore behind = new WriteBehindStore(
                new RocksDBStore(NAME, "rocksdb"),
                // The thread that runs the log writes too: there is a thread for each core already.
                Runnable::run,
                WriteBehindStore.Bound.beside(cachedEntriesMax));
        this.store = new PartitionStore(behind, cachedEntriesMax, told);
        store.init(context(partition, directory, memory, metrics), store);
    }

    public PartitionStore store() {
        return store;
    }

    /** The part of a task's context that a store asks for. */
    private static StateStoreContext context(int partition, Path directory, RocksDbMemory memory, Metrics metrics) {
        Map<String, Object> configs = Map.of(
                RocksDbMemory.CONFIG,
                memory,
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
                RocksDbTuning.class,
                StreamsConfig.METRICS_RECORDING_LEVEL_CONFIG,
                "INFO");
        StreamsMetricsImpl streamsMetrics = new StreamsMetricsImpl(metrics, NAME, Time.SYSTEM);
        return (StateStoreContext) Proxy.newProxyInstance(
                StateStoreContext.class.getClassLoader(),
                new Class<?>[] {StateStoreContext.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "taskId" -> new TaskId(0, partition);
                    case "stateDir" -> directory.toFile();
                    case "appConfigs" -> configs;
                    case "metrics" -> streamsMetrics;
                    // There is no changelog to restore from.
                    case "register" -> null;
                    default ->
                        throw new UnsupportedOperationException(
                                method.getName() + " (expected: what a store without a changelog asks for)");
                });
    }

    @Override
    public void close() {
        store.close();
        metrics.close();
    }
}
