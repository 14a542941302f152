package io.sluice.streams.usage;

import io.sluice.schemas.alert.BurnRateAlert;
import io.sluice.schemas.usage.QuotaLevel;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.usage.AccountUsage.SeenLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A watch that finds limits of one partition that are used up much too fast.
 *
 * <p>A limit whose capacity lasts exactly its period has the burn rate 1. A limit burns in a minute if three things
 * hold:
 *
 * <pre>
 *   its pace in this minute, and in the last 5 minutes    &gt;= the burn rate    it goes on
 *   its pace in the last hour                             &gt;= the burn rate    it is no short burst
 *   at the pace of the last hour it is empty before its tokens come back
 * </pre>
 *
 * <p>Most minutes of most accounts fail the first, for which nothing is read. The tokens left are those of the last
 * decision in the minute. They are saved with the minute's counts, so each alert is a function of the log.
 *
 * <p>Once it burns, only the first condition decides whether it still burns. It is over after five minutes that do not
 * meet it.
 */
final class BurnWatch {
    private static final long MINUTE_MILLIS = UsageWindow.MINUTE.millis();
    private static final long FAST_MILLIS = BurnBounds.FAST_MINUTES * MINUTE_MILLIS;
    private static final long HOUR_MILLIS = BurnBounds.MINUTES * MINUTE_MILLIS;

    private final KeyValueStore<Bytes, byte[]> store;
    private final BurnBounds bounds;
    private final BurnMeters meters;
    private final Consumer<BurnRateAlert> alerts;
    private final UsageEntryReader entries;
    private int accounts;

    /**
     * A watch with the burning limits from the store.
     *
     * @param alerts takes the alerts
     * @param entries reads the usage of accounts
     */
    BurnWatch(
            KeyValueStore<Bytes, byte[]> store,
            BurnBounds bounds,
            BurnMeters meters,
            Consumer<BurnRateAlert> alerts,
            UsageEntryReader entries) {
        this.store = store;
        this.bounds = bounds;
        this.meters = meters;
        this.alerts = alerts;
        this.entries = entries;
        try (KeyValueIterator<Bytes, byte[]> stored = store.range(UsageKeys.burning(""), UsageKeys.BURNING_END)) {
            while (stored.hasNext() && stored.next().key.compareTo(UsageKeys.BURNING_END) < 0) {
                accounts++;
            }
        }
    }

    /**
     * Looks at a minute that ends, and writes the alerts that are due. The minute is in the store.
     *
     * @param nextMinute the minute that begins
     */
    void minuteEnded(long minute, long nextMinute, Map<String, AccountUsage> ended) {
        if (!bounds.areOn()) {
            return;
        }
        // Sorted, because a restart changes the order of a hash map, and must not change who gets the last places.
        Map<String, AccountUsage> ordered =
                accounts + ended.size() > bounds.accountsMax() ? new TreeMap<>(ended) : ended;
        ordered.forEach((account, usage) -> {
            if (!account.equals(UsageRecord.OTHER_ACCOUNTS) && !usage.levels().isEmpty()) {
                look(minute, account, usage);
            }
        });
        if (UsageWindow.HOUR.startOf(minute) != UsageWindow.HOUR.startOf(nextMinute)) {
            sweep(nextMinute);
        }
    }

    private void look(long minute, String account, AccountUsage usage) {
        Map<String, Burning> burning = null;
        for (Map.Entry<String, SeenLevel> seen : usage.levels().entrySet()) {
            String limitId = seen.getKey();
            QuotaLevel level = seen.getValue().level();
            boolean isLong = level.windowMillis() >= bounds.periodMin().toMillis();
            if (!isLong || !level.isBurnt(usage.charged(limitId), MINUTE_MILLIS, bounds.rateTenths())) {
                continue;
            }
            long fast = charged(account, limitId, minute, BurnBounds.FAST_MINUTES);
            if (level.isBurnt(fast, FAST_MILLIS, bounds.rateTenths())) {
                burning = burning == null ? burning(account) : burning;
                look(minute, account, new Pace(limitId, seen.getValue(), fast), burning);
            }
        }
    }

    /** A limit that burns in this minute, and what it took in the last five. */
    private record Pace(String limitId, SeenLevel seen, long fast) {}

    private void look(long minute, String account, Pace pace, Map<String, Burning> burning) {
        Burning before = burning.get(pace.limitId());
        boolean goesOn = before != null && minute - before.lastMillis() <= FAST_MILLIS;
        if (before != null && goesOn && before.isAlerted()) {
            put(account, burning, pace.limitId(), new Burning(minute, before.alertedAtMillis(), true));
            return;
        }
        QuotaLevel level = pace.seen().level();
        long hour = charged(account, pace.limitId(), minute, BurnBounds.MINUTES);
        Long emptyAtMillis = level.emptyAtMillis(hour, pace.seen().atMillis());
        if (emptyAtMillis == null || !level.isBurnt(hour, HOUR_MILLIS, bounds.rateTenths())) {
            return;
        }
        if (burning.isEmpty() && accounts >= bounds.accountsMax()) {
            meters.unwatched();
            return;
        }
        long endMillis = minute + MINUTE_MILLIS;
        long alertedAtMillis = before == null ? Burning.NEVER : before.alertedAtMillis();
        boolean isCool = alertedAtMillis == Burning.NEVER
                || endMillis - alertedAtMillis >= bounds.coolDown().toMillis();
        if (isCool) {
            meters.alerted();
            alerts.accept(new BurnRateAlert(
                    account,
                    pace.limitId(),
                    level.limit(),
                    level.remaining(),
                    level.windowMillis(),
                    hour,
                    pace.fast(),
                    emptyAtMillis,
                    pace.seen().atMillis() + level.resetAfterMillis(),
                    endMillis));
        }
        put(account, burning, pace.limitId(), new Burning(minute, isCool ? endMillis : alertedAtMillis, isCool));
    }

    /** What a limit took of an account in the last minutes, with this one. */
    private long charged(String account, String limitId, long minute, int minutes) {
        long charged = 0;
        for (int i = 0; i < minutes; i++) {
            byte[] saved = store.get(UsageKeys.account(UsageWindow.MINUTE, minute - i * MINUTE_MILLIS, account));
            AccountUsage usage = saved == null ? null : entries.read(saved);
            charged += usage == null ? 0 : usage.charged(limitId);
        }
        return Math.max(0, charged);
    }

    private Map<String, Burning> burning(String account) {
        byte[] saved = store.get(UsageKeys.burning(account));
        return saved == null ? new LinkedHashMap<>() : UsageStoreCodec.burning(saved);
    }

    private void put(String account, Map<String, Burning> burning, String limitId, Burning now) {
        accounts += burning.isEmpty() ? 1 : 0;
        burning.put(limitId, now);
        store.put(UsageKeys.burning(account), UsageStoreCodec.encode(burning));
    }

    /** Drops limits that no longer burn, and whose cool-down is over. */
    private void sweep(long nowMillis) {
        long keptMillis = Math.max(bounds.coolDown().toMillis(), FAST_MILLIS);
        List<Bytes> outdated = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> stored = store.range(UsageKeys.burning(""), UsageKeys.BURNING_END)) {
            while (stored.hasNext()) {
                KeyValue<Bytes, byte[]> entry = stored.next();
                if (entry.key.compareTo(UsageKeys.BURNING_END) < 0 && isOutdated(entry.value, nowMillis - keptMillis)) {
                    outdated.add(entry.key);
                }
            }
        }
        outdated.forEach(store::delete);
        accounts -= outdated.size();
    }

    private static boolean isOutdated(byte[] saved, long beforeMillis) {
        return UsageStoreCodec.burning(saved).values().stream()
                .allMatch(burning -> burning.lastMillis() < beforeMillis && burning.alertedAtMillis() < beforeMillis);
    }

    /** Accounts with limits that burn, or have burnt lately. */
    int accounts() {
        return accounts;
    }
}
