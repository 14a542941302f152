package io.sluice.streams.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.internals.RocksDBStore;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB that is deleted when its files are damaged or too old, and restored from the changelog.
 *
 * <p>For Kafka Streams, a store that cannot be opened is the end of the app, on each start again. The changelog has all
 * its content. So the files of that one store are deleted, and the task is reported as corrupted, which makes Streams
 * restore it.
 *
 * <p>Only damage counts: a full disk, a missing permission or too few open files would be no better afterwards. Damage
 * that shows later, when a block is read, costs the stream thread. A task that has begun a transaction must not be
 * reported as corrupted, for Streams would commit its writes so far without its offsets. The thread's end aborts the
 * transaction, and wipes the store.
 *
 * <p>A copy that {@link LocalCopies} does not trust has no offset. Under exactly-once, Streams deletes such a store.
 */
public final class RestorableRocksDb extends RocksDBStore {
    private static final Logger LOG = LoggerFactory.getLogger(RestorableRocksDb.class);

    private final @Nullable LocalCopies copies;

    public RestorableRocksDb(String name, String metricsScope) {
        this(name, metricsScope, null);
    }

    /**
     * The store of a partition's state.
     *
     * @param copies tells whether what is on the disk may be continued from; null if it always may
     */
    RestorableRocksDb(String name, String metricsScope, @Nullable LocalCopies copies) {
        super(name, metricsScope);
        this.copies = copies;
    }

    @Override
    public void init(StateStoreContext stateStoreContext, StateStore root) {
        try {
            super.init(stateStoreContext, root);
        } catch (ProcessorStateException e) {
            RocksDBException damage = damageIn(e);
            if (damage == null) {
                throw e;
            }
            LOG.warn(
                    "the files of store {} of task {} are damaged;"
                            + " they are deleted, and restored from the changelog: {}",
                    name(),
                    stateStoreContext.taskId(),
                    damage.getMessage());
            wipe(e);
            throw new TaskCorruptedException(Set.of(stateStoreContext.taskId()), e);
        }
    }

    /** Null if it cannot be read, or is of a copy that is too old: the task is then restored from the beginning. */
    @Override
    public @Nullable Long committedOffset(TopicPartition partition) {
        try {
            Long offset = super.committedOffset(partition);
            if (offset == null || copies == null || copies.areTrusted(get(StateKeys.CLOCK))) {
                return offset;
            }
            LOG.warn(
                    "store {} of {} has decided nothing for more than {} minutes, or is not complete;"
                            + " it is deleted, and restored from the changelog",
                    name(),
                    partition,
                    LocalCopies.TRUSTED.toMinutes());
            return null;
        } catch (ProcessorStateException e) {
            RocksDBException damage = damageIn(e);
            if (damage == null) {
                throw e;
            }
            LOG.warn(
                    "store {} of {} cannot tell its offset; it is restored: {}",
                    name(),
                    partition,
                    damage.getMessage());
            return null;
        }
    }

    private static @Nullable RocksDBException damageIn(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RocksDBException rocksDb && isDamage(rocksDb)) {
                return rocksDb;
            }
        }
        return null;
    }

    private static boolean isDamage(RocksDBException failure) {
        Status status = failure.getStatus();
        String message = String.valueOf(failure.getMessage());
        if (status == null) {
            return message.contains("orruption");
        }
        return switch (status.getCode()) {
            case Corruption, NotFound, InvalidArgument, Incomplete -> true;
            // A file that the manifest names is missing.
            case IOError -> message.contains("No such file");
            default -> false;
        };
    }

    /** Deletes the directory around it as well: Streams takes an empty one for a task that begins. */
    private void wipe(ProcessorStateException damage) {
        File stores = dbDir.getParentFile();
        try {
            deleteAll(dbDir.toPath());
            String[] others = stores.list();
            if (others != null && others.length == 0) {
                Files.delete(stores.toPath());
            }
        } catch (IOException e) {
            damage.addSuppressed(e);
            throw damage;
        }
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
