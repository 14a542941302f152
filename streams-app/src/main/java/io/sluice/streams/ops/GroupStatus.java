package io.sluice.streams.ops;

import java.util.Map;

/**
 * A group as the cluster describes it, and how far this instance's stores are behind.
 *
 * @param state the coordinator's name for its state; Stable outside of rebalances
 * @param partitionsWithoutMember input partitions that no member has
 * @param lags changelog records that each partition's store here has still to read
 */
record GroupStatus(String state, int partitionsWithoutMember, Map<Integer, Long> lags) {
    GroupStatus {
        lags = Map.copyOf(lags);
    }

    boolean isStable() {
        return "Stable".equals(state);
    }
}
