package io.sluice.streams.store;

import io.sluice.engine.state.HoldKey;
import java.util.HashMap;
import java.util.Map;

/**
 * The wide leases that a clean-up found to be over, and whose ends are written as records: a few in one step, and one
 * record for each account and minute.
 *
 * <p>A record that is written comes in when the partition has decided all before it. Until then the clean-up finds the
 * same lease again in each round. If each round wrote a record, a partition that lags would get more to do because it
 * lags, and one that cannot be written would fill its producer.
 */
final class WideLeaseEnds {
    /** Records of one step. Accounts beyond come in a later round. */
    static final int IN_STEP_MAX = 100;

    /** An account that is still over by then gets another record: the first one may be lost with a crash. */
    static final long AGAIN_AFTER_MILLIS = 60_000;

    private final Map<String, Long> writtenAtMillis = new HashMap<>();
    private final Map<String, WideLease> found = new HashMap<>();
    private long wallMillis;

    /** A lease that has tokens of wide buckets. */
    record WideLease(HoldKey key, String clientId) {}

    /** Forgets those whose time to wait is over: by the app's clock, which may also have been set back. */
    void begin(long newWallMillis) {
        wallMillis = newWallMillis;
        found.clear();
        writtenAtMillis.values().removeIf(at -> wallMillis - at >= AGAIN_AFTER_MILLIS || wallMillis < at);
    }

    /** Takes note of a lease that is over. */
    void found(HoldKey key, String clientId) {
        if (found.size() < IN_STEP_MAX && !writtenAtMillis.containsKey(key.account())) {
            writtenAtMillis.put(key.account(), wallMillis);
            found.put(key.account(), new WideLease(key, clientId));
        }
    }

    /** Has the records written. */
    void write(StateSweep.Expiries expiries) {
        found.values().forEach(lease -> expiries.endByRecord(lease.key(), lease.clientId()));
        found.clear();
    }
}
