package io.sluice.streams.usage;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;

/**
 * The store of one partition's usage: the changelog and RocksDB, below the counts that its processor keeps as objects.
 *
 * <p>Streams calls {@link #flushCache} before it flushes the producer and commits the offsets. The processor then
 * saves its counts, so that they and the offsets are one transaction. A standby copy has no processor and only reads
 * its changelog, so it has nothing to save.
 */
final class UsageStore extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]> {
    private static final Runnable NOTHING = () -> {};

    private Runnable save = NOTHING;

    UsageStore(KeyValueStore<Bytes, byte[]> below) {
        super(below);
    }

    /** The entries, as they were last saved. */
    KeyValueStore<Bytes, byte[]> entries() {
        return wrapped();
    }

    /** Calls this before each commit. */
    void beforeCommit(Runnable newSave) {
        save = newSave;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        save = NOTHING;
        super.init(context, root);
    }

    @Override
    public void flushCache() {
        save.run();
        super.flushCache();
    }

    @Override
    public void clearCache() {
        save = NOTHING;
        super.clearCache();
    }

    @Override
    public void close() {
        save = NOTHING;
        super.close();
    }
}
