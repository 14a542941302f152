package io.sluice.streams.store;

import io.sluice.engine.state.StoredBucket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of one scope value, one for each limit that counts by it. A request that meets several of these limits
 * reads and writes one entry of the store.
 *
 * <p>Sorted by limit, so that the same buckets are always the same bytes.
 */
final class BucketGroup {
    private String[] limitIds = {};
    private StoredBucket[] buckets = {};

    @Nullable StoredBucket bucket(String limitId) {
        int place = Arrays.binarySearch(limitIds, limitId);
        return place < 0 ? null : buckets[place];
    }

    void put(String limitId, StoredBucket bucket) {
        int place = Arrays.binarySearch(limitIds, limitId);
        if (place < 0) {
            place = -place - 1;
            limitIds = withGap(limitIds, place);
            buckets = withGap(buckets, place);
        }
        limitIds[place] = limitId;
        buckets[place] = bucket;
    }

    private static <T> T[] withGap(T[] values, int place) {
        T[] wider = Arrays.copyOf(values, values.length + 1);
        System.arraycopy(values, place, wider, place + 1, values.length - place);
        return wider;
    }

    int size() {
        return limitIds.length;
    }

    /** The limit of the bucket at a position. */
    String limitId(int place) {
        return limitIds[place];
    }

    StoredBucket bucket(int place) {
        return buckets[place];
    }
}
