package io.sluice.streams.usage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request series of one account, by limit; the empty name stands for all of its requests. All series end with the
 * same bucket; each begins with the bucket of its first request.
 */
final class RequestHistory {
    /** The series of all requests. */
    static final String ALL = "";

    private final Map<String, RequestSeries> series;
    private long lastBucket;

    /** The history of an account that makes its first request in this bucket. */
    RequestHistory(long firstBucket) {
        this(firstBucket - 1, new LinkedHashMap<>());
    }

    /**
     * A history as its store has it.
     *
     * @param lastBucket the number of the last bucket in its series
     */
    RequestHistory(long lastBucket, Map<String, RequestSeries> series) {
        this.lastBucket = lastBucket;
        this.series = series;
    }

    /**
     * Whether it is too old to say what is usual, or was saved under another bucket length. The number of its last
     * bucket shows both: it is then far in the past, or in the future.
     */
    boolean isOutdated(long bucket, SpikeBounds bounds) {
        return bucket < lastBucket || bucket - lastBucket > bounds.bucketsKept();
    }

    /** Adds the buckets before this one that had no request. */
    void fillTo(long bucket, SpikeBounds bounds) {
        for (; lastBucket < bucket - 1; lastBucket++) {
            series.values().forEach(each -> each.add(0, bounds));
        }
    }

    @Nullable RequestSeries of(String limitId) {
        return series.get(limitId);
    }

    /** Whether there is room for a series of this limit. */
    boolean hasRoomFor(String limitId, SpikeBounds bounds) {
        return limitId.equals(ALL)
                || series.containsKey(limitId)
                || series.size() - (series.containsKey(ALL) ? 1 : 0) < bounds.limitsMax();
    }

    /**
     * Adds a bucket that has ended.
     *
     * @param counts its requests, by limit
     * @return how many limits there was no room for
     */
    int end(long bucket, Map<String, long[]> counts, SpikeBounds bounds) {
        int unwatched = 0;
        for (String limitId : counts.keySet()) {
            if (hasRoomFor(limitId, bounds)) {
                series.computeIfAbsent(limitId, id -> new RequestSeries());
            } else {
                unwatched++;
            }
        }
        series.forEach((limitId, each) -> {
            long[] ended = counts.get(limitId);
            each.add(ended == null ? 0 : ended[0], bounds);
        });
        series.values().removeIf(RequestSeries::isSilent);
        lastBucket = bucket;
        return unwatched;
    }

    boolean isSilent() {
        return series.isEmpty();
    }

    long lastBucket() {
        return lastBucket;
    }

    Map<String, RequestSeries> series() {
        return series;
    }
}
