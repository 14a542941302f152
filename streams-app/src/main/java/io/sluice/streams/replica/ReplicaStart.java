package io.sluice.streams.replica;

import io.sluice.engine.state.LogPosition;
import io.sluice.streams.store.PartitionStore;

/** Fills the store of a partition that a replica has just got. */
@FunctionalInterface
public interface ReplicaStart {
    /**
     * Replaces everything in the store.
     *
     * @return how far the log was decided with this state
     */
    LogPosition load(int partition, PartitionStore store);
}
