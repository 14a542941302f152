package io.sluice.streams.usage;

import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.usage.SpaceSaving.Count;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The rankings of one window of a partition, and how many accounts it has. */
final class WindowRankings {
    private final UsageWindow window;
    private final long fromMillis;
    private final int countersMax;
    private final Map<Ranking, SpaceSaving> tables = new EnumMap<>(Ranking.class);
    private final LargestValues clients;
    private long accounts;
    private boolean unsaved;

    WindowRankings(UsageWindow window, long fromMillis, int countersMax) {
        this.window = window;
        this.fromMillis = fromMillis;
        this.countersMax = countersMax;
        this.clients = new LargestValues(countersMax);
        for (Ranking ranking : Ranking.ALL) {
            if (ranking != Ranking.CLIENTS) {
                tables.put(ranking, new SpaceSaving(countersMax));
            }
        }
    }

    /** The rankings as the store has them; empty if it has none. */
    static WindowRankings restored(
            UsageWindow window, long fromMillis, int countersMax, KeyValueStore<Bytes, byte[]> store) {
        WindowRankings rankings = new WindowRankings(window, fromMillis, countersMax);
        byte[] saved = store.get(UsageKeys.count(window, fromMillis));
        rankings.accounts = saved == null ? counted(window, fromMillis, store) : UsageStoreCodec.count(saved);
        for (Ranking ranking : Ranking.ALL) {
            byte[] value = store.get(UsageKeys.ranking(window, fromMillis, ranking));
            if (value != null) {
                List<Count> counters = UsageStoreCodec.counters(value);
                if (ranking == Ranking.CLIENTS) {
                    counters.forEach(count -> rankings.clients.raise(count.key(), count.count()));
                } else {
                    rankings.tables.put(ranking, SpaceSaving.restored(countersMax, counters));
                }
            }
        }
        return rankings;
    }

    /** The accounts of a window that has no count: it has begun just now, or an older Sluice did not count. */
    private static long counted(UsageWindow window, long fromMillis, KeyValueStore<Bytes, byte[]> store) {
        Bytes end = UsageKeys.accountsFrom(window, fromMillis + window.millis());
        long accounts = 0;
        try (KeyValueIterator<Bytes, byte[]> stored = store.range(UsageKeys.accountsFrom(window, fromMillis), end)) {
            while (stored.hasNext()) {
                accounts += stored.next().key.compareTo(end) < 0 ? 1 : 0;
            }
        }
        return accounts;
    }

    UsageWindow window() {
        return window;
    }

    long fromMillis() {
        return fromMillis;
    }

    /** Accounts with counts, in minutes that have ended. */
    long accounts() {
        return accounts;
    }

    /** Counts an account that the window did not have. */
    void newAccount() {
        accounts++;
        unsaved = true;
    }

    /** Counts one record. */
    void count(DecisionCounts counts) {
        long denied = counts.denied();
        if (denied > 0) {
            add(Ranking.DENIED, counts.account(), denied);
            add(Ranking.DENIED_COST, counts.account(), deniedCost(counts));
            if (counts.address() != null) {
                add(Ranking.ADDRESS, counts.address(), denied);
            }
        }
        add(Ranking.USED_COST, counts.account(), Math.max(0, counts.charged()));
    }

    /** Front ends do not report what repeated denials asked for. */
    private static long deniedCost(DecisionCounts counts) {
        return counts.kind() == DecisionCounts.Kind.LEASE_REPORT ? 0 : counts.cost();
    }

    private void add(Ranking ranking, String key, long weight) {
        SpaceSaving table = tables.get(ranking);
        if (table != null && weight > 0) {
            table.add(key, weight);
            unsaved = true;
        }
    }

    void clients(String account, long distinct) {
        clients.raise(account, distinct);
        unsaved = true;
    }

    /** Adds the rankings of a shorter window, but for clients: their sets have to be united account by account. */
    void merge(WindowRankings shorter) {
        tables.forEach((ranking, table) -> {
            SpaceSaving other = shorter.tables.get(ranking);
            if (other != null && !other.isEmpty()) {
                table.merge(other);
                unsaved = true;
            }
        });
    }

    List<Count> heaviest(Ranking ranking, int countMax) {
        SpaceSaving table = tables.get(ranking);
        return table == null ? clients.largest(countMax) : table.heaviest(countMax);
    }

    /** The same of this window and of a shorter one that is not part of it yet. */
    List<Count> heaviest(Ranking ranking, int countMax, WindowRankings open) {
        SpaceSaving table = tables.get(ranking);
        SpaceSaving later = open.tables.get(ranking);
        if (table == null || later == null) {
            return heaviest(ranking, countMax);
        }
        SpaceSaving sum = SpaceSaving.restored(countersMax, table.counters());
        sum.merge(later);
        return sum.heaviest(countMax);
    }

    /** Writes what has changed since the last call. */
    void save(KeyValueStore<Bytes, byte[]> store) {
        if (!unsaved) {
            return;
        }
        unsaved = false;
        tables.forEach((ranking, table) -> put(store, ranking, table.counters()));
        put(store, Ranking.CLIENTS, clients.largest(countersMax));
        if (window != UsageWindow.MINUTE) {
            store.put(UsageKeys.count(window, fromMillis), UsageStoreCodec.encode(accounts));
        }
    }

    private void put(KeyValueStore<Bytes, byte[]> store, Ranking ranking, List<Count> counters) {
        if (!counters.isEmpty()) {
            store.put(UsageKeys.ranking(window, fromMillis, ranking), UsageStoreCodec.encode(counters));
        }
    }
}
