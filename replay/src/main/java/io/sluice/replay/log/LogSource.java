package io.sluice.replay.log;

import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.replay.RunSettings;
import org.jspecify.annotations.Nullable;

/** A request topic with the decisions on it, in a cluster or in exported files. Thread-safe. */
public interface LogSource extends AutoCloseable {
    /** What the log is called in reports. */
    String name();

    /** Partitions of the request topic. */
    int partitions();

    /** Partitions of the reply topic, which bound the reply addresses that are well-formed. */
    int replyPartitions();

    /**
     * The requests of a partition.
     *
     * @param from the first record wanted; null for the first that is there
     */
    LogReader requests(int partition, @Nullable LogPoint from) throws LogException;

    /** Prove the control records of the log. */
    TrustedKeys keys();

    /**
     * What the app was set to that decided the log.
     *
     * @param cachedEntriesMax entries of each partition's state that a run keeps in the heap
     */
    default RunSettings settings(int cachedEntriesMax) {
        return new RunSettings(partitions(), replyPartitions(), keys(), cachedEntriesMax)
                .refusing(new RefusedMessages(this));
    }

    /** The messages between partitions that the app refused, since nothing proved them. */
    default UnprovenOffsets unproven() throws LogException {
        return new UnprovenOffsets();
    }

    /** What the rules writer has published, as control records in their order; null if that is not known. */
    default @Nullable LogReader rules() throws LogException {
        return null;
    }

    /** The decisions on a partition's requests; null if the log has none. */
    @Nullable LogReader decisions(int partition) throws LogException;

    @Override
    void close();
}
