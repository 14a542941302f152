package io.sluice.engine.estimate;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Buckets that one front end keeps itself, for use while it cannot reach the ledger.
 *
 * <p>They begin full and contain no charges of the ledger or of other front ends. So while {@code n} front ends are cut
 * off for {@code T}, at most {@code n * (capacity + rate * T)} tokens of a bucket are let through beyond those that the
 * ledger grants.
 *
 * <p>At most {@code bucketsMax} are kept. Full ones are dropped to make room. If none is full, new buckets are
 * refused. So invented names can neither push out the buckets of others, nor get full buckets again and again. Not
 * thread-safe.
 */
public final class LocalEstimate {
    private static final long DROP_INTERVAL_MILLIS = 1_000;

    private final int bucketsMax;
    private final Map<Key, Bucket> buckets = new HashMap<>();
    private long droppedAtMillis = Long.MIN_VALUE;
    private long charges;

    /** Buckets that begin full. */
    public LocalEstimate(int bucketsMax) {
        this.bucketsMax = (int) Bounds.within("bucketsMax", bucketsMax, 1, Integer.MAX_VALUE);
    }

    private record Key(String account, String limitId, String scope) {}

    private record Bucket(Algorithm algorithm, BucketState state) {
        /** The bucket as it stands now, read by the limit as it counts now. */
        BucketState at(Algorithm current, long nowMillis) {
            BucketState now = algorithm.at(state, nowMillis);
            return algorithm.equals(current) ? now : algorithm.handedTo(current, now);
        }
    }

    /** Whether every one of the limits has enough; if so all are charged, otherwise none. */
    public boolean admits(List<Limit> limits, Admission admission, long nowMillis) {
        List<Key> keys = new ArrayList<>(limits.size());
        List<BucketState> states = new ArrayList<>(limits.size());
        int begun = 0;
        for (Limit limit : limits) {
            String account = limit.isWide() ? "" : admission.account();
            Key key = new Key(account, limit.id(), limit.scope().valueIn(admission));
            @Nullable Bucket bucket = buckets.get(key);
            BucketState state =
                    bucket == null ? limit.algorithm().full(nowMillis) : bucket.at(limit.algorithm(), nowMillis);
            if (!limit.algorithm().admits(state, limit.metering().costOf(admission))) {
                return false;
            }
            begun += bucket == null ? 1 : 0;
            keys.add(key);
            states.add(state);
        }
        if (admission.cost() == 0) {
            return true;
        }
        if (!hasRoomFor(begun, nowMillis)) {
            return false;
        }
        charges++;
        for (int i = 0; i < keys.size(); i++) {
            Algorithm algorithm = limits.get(i).algorithm();
            long cost = limits.get(i).metering().costOf(admission);
            buckets.put(keys.get(i), new Bucket(algorithm, algorithm.charged(states.get(i), cost, charges)));
        }
        return true;
    }

    private boolean hasRoomFor(int begun, long nowMillis) {
        if (buckets.size() + begun <= bucketsMax) {
            return true;
        }
        // Searching all of them for each refusal would make the refusals the expensive ones.
        if (droppedAtMillis == Long.MIN_VALUE || nowMillis - droppedAtMillis >= DROP_INTERVAL_MILLIS) {
            droppedAtMillis = nowMillis;
            buckets.values()
                    .removeIf(bucket ->
                            bucket.algorithm().at(bucket.state(), nowMillis).isFull());
        }
        return buckets.size() + begun <= bucketsMax;
    }

    int size() {
        return buckets.size();
    }
}
