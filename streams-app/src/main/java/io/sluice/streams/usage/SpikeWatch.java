package io.sluice.streams.usage;

import io.sluice.schemas.alert.SpikeAlert;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.usage.RequestSeries.Usual;
import io.sluice.streams.usage.UsageStoreCodec.WatchProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that finds accounts of one partition that make far more requests than usual.
 *
 * <pre>
 *   minute that ends ──▶ open bucket ──▶ more than usual? ──▶ alert
 *                         (heap)  │
 *                                 ╰──▶ bucket ends ──▶ history of each account
 *                                                       (store)
 * </pre>
 *
 * <p>It checks only when a minute ends, so counting a request costs nothing more. It compares the requests of the
 * current bucket so far with whole buckets.
 *
 * <p>The heap has the counts of the open bucket, and no history. A history is read for an account that may have a
 * spike, and for each account when the bucket ends. A history that cannot be read is counted by a metric, and begins
 * again empty.
 *
 * <p>The current bucket is only on the heap. After a restart it is added up again from the minutes in the store. So
 * it is a function of the log, like each alert.
 */
final class SpikeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SpikeWatch.class);

    /** Whenever a bucket ends, a share of the histories is checked: each one within this many buckets. */
    private static final int SWEEP_BUCKETS = 12;

    private final KeyValueStore<Bytes, byte[]> store;
    private final SpikeBounds bounds;
    private final SpikeMeters meters;
    private final Consumer<SpikeAlert> alerts;
    private Map<String, OpenAccount> open = new HashMap<>();
    private WatchProgress progress;
    private int newcomers;
    private boolean failureLogged;

    /** The requests of an account in the current bucket, and how many of them were refused, by limit. */
    private static final class OpenAccount {
        /** Whether the store has a history of it. */
        private final boolean stored;

        private final Map<String, long[]> counts = new LinkedHashMap<>();

        private OpenAccount(boolean stored) {
            this.stored = stored;
        }

        /** Whether its history is worth a look. */
        private boolean mayHaveSpike(SpikeBounds bounds) {
            return stored && counts.values().stream().anyMatch(count -> count[0] >= bounds.requestsMin());
        }

        /** Adds a row; returns whether there was room. */
        private boolean add(UsageRow row, int limitsMax) {
            boolean isMixed = row.limitId().equals(UsageRow.OTHER) && row.tier().equals(UsageRow.OTHER);
            if (isMixed || row.requests() == 0) {
                return true;
            }
            long[] count = counts.get(row.limitId());
            // Room for all that have a series, and for as many that may get one.
            if (count == null && counts.size() > 2 * limitsMax) {
                return false;
            }
            count = count == null ? new long[2] : count;
            count[0] += row.requests();
            count[1] += row.outcome().refuses() ? row.requests() : 0;
            counts.put(row.limitId(), count);
            return true;
        }
    }

    /**
     * A watch with the histories from the store.
     *
     * @param alerts takes the alerts
     */
    SpikeWatch(
            KeyValueStore<Bytes, byte[]> store, SpikeBounds bounds, SpikeMeters meters, Consumer<SpikeAlert> alerts) {
        this.store = store;
        this.bounds = bounds;
        this.meters = meters;
        this.alerts = alerts;
        byte[] saved = store.get(UsageKeys.WATCH);
        this.progress = saved == null ? WatchProgress.NONE : UsageStoreCodec.watch(saved);
    }

    /** Where the bucket begins that this minute lies in; the minute itself if nothing is watched. */
    long bucketFromMillis(long minute) {
        return bounds.areOn() ? bounds.bucketOf(minute) * bounds.bucketMillis() : minute;
    }

    /** Adds a minute of the open bucket that ended before a restart; its alerts are written. */
    void restore(Map<String, AccountUsage> ended) {
        add(ended);
    }

    /**
     * Adds a minute that ends, and writes the alerts that are due.
     *
     * @param nextMinute the minute that begins
     */
    void minuteEnded(long minute, long nextMinute, Map<String, AccountUsage> ended) {
        if (!bounds.areOn()) {
            return;
        }
        add(ended);
        long endMillis = minute + UsageWindow.MINUTE.millis();
        for (String account : ended.keySet()) {
            OpenAccount found = open.get(account);
            if (found != null && found.mayHaveSpike(bounds)) {
                alert(minute, endMillis, account, found);
            }
        }
        if (bounds.bucketOf(nextMinute) != bounds.bucketOf(minute)) {
            endBucket(bounds.bucketOf(minute));
        }
    }

    private void add(Map<String, AccountUsage> ended) {
        boolean mayBeFull = progress.accounts() + newcomers + ended.size() > bounds.accountsMax();
        // Sorted, because a restart changes the order of a hash map, and must not change who gets the last places.
        Map<String, AccountUsage> ordered = mayBeFull ? new TreeMap<>(ended) : ended;
        ordered.forEach((account, usage) -> {
            OpenAccount found = account.equals(UsageRecord.OTHER_ACCOUNTS) ? null : opened(account);
            if (found != null) {
                for (UsageRow row : usage.rows()) {
                    meters.limitsUnwatched(found.add(row, bounds.limitsMax()) ? 0 : 1);
                }
            }
        });
    }

    /** The account in the open bucket; null if there is no room for one more. */
    private @Nullable OpenAccount opened(String account) {
        OpenAccount found = open.get(account);
        if (found != null) {
            return found;
        }
        boolean stored = store.get(UsageKeys.history(account)) != null;
        if (!stored && progress.accounts() + newcomers >= bounds.accountsMax()) {
            meters.accountUnwatched();
            return null;
        }
        newcomers += stored ? 0 : 1;
        OpenAccount opened = new OpenAccount(stored);
        open.put(account, opened);
        return opened;
    }

    /** The history of an account before this bucket; null if there is none. */
    private @Nullable RequestHistory history(String account, long bucket) {
        byte[] saved = store.get(UsageKeys.history(account));
        RequestHistory history = saved == null ? null : decoded(saved);
        if (history == null || history.isOutdated(bucket, bounds)) {
            return null;
        }
        history.fillTo(bucket, bounds);
        return history;
    }

    /** A history as the store has it; null if this version cannot read it. */
    private @Nullable RequestHistory decoded(byte[] saved) {
        try {
            return UsageStoreCodec.history(saved);
        } catch (RuntimeException e) {
            meters.historyUnreadable();
            if (!failureLogged) {
                failureLogged = true;
                LOG.error(
                        "a history of requests cannot be read, and begins anew;"
                                + " the metric sluice_spike_histories_unreadable counts all of them",
                        e);
            }
            return null;
        }
    }

    private void alert(long minute, long endMillis, String account, OpenAccount found) {
        RequestHistory history = history(account, bounds.bucketOf(minute));
        if (history == null) {
            return;
        }
        boolean changed = false;
        for (Map.Entry<String, long[]> entry : found.counts.entrySet()) {
            String limitId = entry.getKey();
            RequestSeries series = history.of(limitId);
            long[] count = entry.getValue();
            if (series != null && series.isAlertDue(count[0], endMillis, bounds)) {
                Usual usual = series.usual();
                alerts.accept(new SpikeAlert(
                        account,
                        limitId,
                        bucketFromMillis(minute),
                        bounds.bucketMillis(),
                        count[0],
                        count[1],
                        usual.requests(),
                        usual.deviation(),
                        usual.buckets(),
                        endMillis));
                series.alerted(endMillis);
                meters.alerted();
                changed = true;
            }
        }
        if (changed) {
            store.put(UsageKeys.history(account), UsageStoreCodec.encode(history));
        }
    }

    private void endBucket(long bucket) {
        // First, so that no count of this bucket gets into the next one, whatever fails.
        Map<String, OpenAccount> ended = open;
        open = new HashMap<>();
        newcomers = 0;
        long[] accounts = {progress.accounts()};
        ended.forEach((account, found) -> {
            RequestHistory before = found.stored ? history(account, bucket) : null;
            RequestHistory history = before == null ? new RequestHistory(bucket) : before;
            int unwatched = history.end(bucket, found.counts, bounds);
            meters.limitsUnwatched(unwatched);
            Bytes key = UsageKeys.history(account);
            if (history.isSilent()) {
                store.delete(key);
            } else {
                store.put(key, UsageStoreCodec.encode(history));
            }
            accounts[0] += (history.isSilent() ? 0 : 1) - (found.stored ? 1 : 0);
        });
        progress = sweep(bucket, accounts[0]);
        store.put(UsageKeys.WATCH, UsageStoreCodec.encode(progress));
    }

    /** Drops outdated histories, a share of them each time. */
    private WatchProgress sweep(long bucket, long accounts) {
        int looksMax = Math.max(1_000, bounds.accountsMax() / SWEEP_BUCKETS);
        List<Bytes> outdated = new ArrayList<>();
        Bytes next = null;
        int looks = 0;
        try (KeyValueIterator<Bytes, byte[]> entries =
                store.range(UsageKeys.history(progress.sweptTo()), UsageKeys.HISTORIES_END)) {
            while (entries.hasNext() && next == null) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                if (entry.key.compareTo(UsageKeys.HISTORIES_END) >= 0) {
                    break;
                }
                if (looks++ >= looksMax) {
                    next = entry.key;
                } else {
                    RequestHistory history = decoded(entry.value);
                    if (history == null || history.isOutdated(bucket, bounds)) {
                        outdated.add(entry.key);
                    }
                }
            }
        }
        outdated.forEach(store::delete);
        return new WatchProgress(accounts - outdated.size(), next == null ? "" : UsageKeys.accountOfHistory(next));
    }

    /** Accounts whose usual requests are known, or will be. */
    long accounts() {
        return progress.accounts() + newcomers;
    }
}
