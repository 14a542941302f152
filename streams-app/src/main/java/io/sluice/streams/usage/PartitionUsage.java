package io.sluice.streams.usage;

import io.sluice.schemas.usage.AccountNames;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.DecisionCounts.LimitAnswer;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageWindow;
import io.sluice.streams.usage.AccountUsage.Amount;
import io.sluice.streams.usage.AccountUsage.SeenLevel;
import io.sluice.streams.usage.SpaceSaving.Count;
import io.sluice.streams.usage.UsageStoreCodec.OpenHold;
import io.sluice.streams.usage.UsageStoreCodec.Progress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The usage of one partition.
 *
 * <pre>
 *   decision ──▶ open minute ──▶ minute ends ──▶ record of each account
 *               (heap, saved       │
 *                with commits)     ╰──▶ hour, day ──▶ hour or day ends ──▶ record of each account
 *                                      (store)
 * </pre>
 *
 * <p>Time is the partition's time, which never runs backwards. So a minute is over when a record of a later minute
 * comes, and there is no grace period. A record that is late nevertheless counts in the current minute: in a wrong
 * window, but exactly once.
 *
 * <p>Counts are saved together with the offset up to which they count, in one transaction. So a record that is read
 * again counts once.
 */
final class PartitionUsage {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionUsage.class);
    private static final int NAME_CHARS_MAX = 128;

    private final KeyValueStore<Bytes, byte[]> store;
    private final UsageBounds bounds;
    private final UsageMetrics metrics;
    private final UsageEntryReader entries;
    private final Consumer<UsageRecord> output;
    private final Watches watches;
    private final Map<String, AccountUsage> open = new HashMap<>();
    private final List<Map.Entry<String, AccountUsage>> unsaved = new ArrayList<>();
    private final Map<UsageWindow, Long> forgottenTo = new EnumMap<>(UsageWindow.class);
    private Progress progress;
    private WindowRankings minuteRankings;
    private WindowRankings hourRankings;
    private WindowRankings dayRankings;

    /**
     * The usage as the store has it.
     *
     * @param output receives the records for the usage topic
     * @param watches get each minute that ends
     */
    PartitionUsage(
            KeyValueStore<Bytes, byte[]> store,
            UsageBounds bounds,
            UsageMetrics metrics,
            Consumer<UsageRecord> output,
            Watches watches) {
        this.store = store;
        this.bounds = bounds;
        this.metrics = metrics;
        this.entries = new UsageEntryReader(metrics);
        this.output = output;
        this.watches = watches;
        byte[] saved = store.get(UsageKeys.PROGRESS);
        this.progress = saved == null ? Progress.NONE : UsageStoreCodec.progress(saved);
        long atMillis = progress.equals(Progress.NONE) ? 0 : progress.minuteMillis();
        this.minuteRankings = restored(UsageWindow.MINUTE, atMillis);
        this.hourRankings = restored(UsageWindow.HOUR, atMillis);
        this.dayRankings = restored(UsageWindow.DAY, atMillis);
        forEach(UsageWindow.MINUTE, atMillis, open::put);
        restoreSpikes(atMillis);
    }

    /** Gives the ended minutes of the current bucket to the spike watch. */
    private void restoreSpikes(long openMinute) {
        long from = watches.spikes().bucketFromMillis(openMinute);
        for (long minute = from; minute < openMinute; minute += UsageWindow.MINUTE.millis()) {
            Map<String, AccountUsage> ended = new HashMap<>();
            forEach(UsageWindow.MINUTE, minute, ended::put);
            watches.spikes().restore(ended);
        }
    }

    private WindowRankings restored(UsageWindow window, long atMillis) {
        return WindowRankings.restored(window, window.startOf(atMillis), bounds.countersMax(), store);
    }

    /** Whether the record at this offset is counted already. */
    boolean isCounted(long offset) {
        return offset <= progress.offset();
    }

    /** Notes a record that counts nothing, such as one that cannot be read. */
    void skip(long offset) {
        progress = new Progress(progress.minuteMillis(), offset);
    }

    /** Counts one record. */
    void count(DecisionCounts counts, long atMillis, long offset) {
        long minute = UsageWindow.MINUTE.startOf(atMillis);
        if (progress.minuteMillis() == Progress.NONE.minuteMillis()) {
            begin(minute);
        } else if (minute > progress.minuteMillis()) {
            turn(minute);
        } else if (minute < progress.minuteMillis()) {
            metrics.late();
        }
        progress = new Progress(progress.minuteMillis(), offset);
        add(counts, atMillis);
        minuteRankings.count(counts);
        metrics.counted(counts);
    }

    private void add(DecisionCounts counts, long atMillis) {
        AccountUsage account = account(counts.account());
        boolean wasUnsaved = account.isUnsaved();
        OpenHold hold = hold(counts);
        Labels labels = shortened(hold.labels());
        boolean folded = account.add(labels, "", hold.outcome(), amount(counts), bounds.rowsMax());
        if (counts.kind() == DecisionCounts.Kind.LEASE_REPORT) {
            folded |= account.add(labels, "", UsageOutcome.DENIED, new Amount(counts.denied(), 0, 0), bounds.rowsMax());
        }
        for (LimitAnswer answer : counts.answers()) {
            folded |= account.add(
                    labels, shortened(answer.limitId()), answer.outcome(), amount(counts, answer), bounds.rowsMax());
            if (answer.level() != null && bounds.burn().areOn()) {
                account.seen(
                        shortened(answer.limitId()), new SeenLevel(atMillis, answer.level()), BurnBounds.LIMITS_MAX);
            }
        }
        if (folded) {
            metrics.rowsFolded();
        }
        if (counts.kind() != DecisionCounts.Kind.SETTLEMENT) {
            counts.clientIds().forEach(account::seen);
        }
        if (!wasUnsaved && account.isUnsaved()) {
            unsaved.add(Map.entry(open.get(counts.account()) == account ? counts.account() : "", account));
        }
    }

    /** The amount that counts under the outcome; the denials in a lease report have another outcome. */
    private static Amount amount(DecisionCounts counts) {
        boolean isReport = counts.kind() == DecisionCounts.Kind.LEASE_REPORT;
        long requests = counts.allowed() + (isReport ? 0 : counts.denied());
        return new Amount(requests, counts.cost(), counts.charged());
    }

    private static Amount amount(DecisionCounts counts, LimitAnswer answer) {
        return switch (counts.kind()) {
            case ADMISSION, BATCH -> new Amount(counts.allowed() + counts.denied(), answer.cost(), answer.charged());
            // The limits that let requests through are not those that denied the others.
            case LEASE_REPORT -> new Amount(counts.allowed(), answer.cost(), answer.charged());
            case LEASE, SETTLEMENT -> new Amount(0, 0, answer.charged());
        };
    }

    /** The row of the requests: tokens of a reservation go back where they were counted. */
    private OpenHold hold(DecisionCounts counts) {
        OpenHold own = new OpenHold(counts.labels(), counts.outcome());
        if (counts.holdId() == null) {
            return own;
        }
        Bytes key = UsageKeys.hold(counts.holdId());
        if (counts.kind() == DecisionCounts.Kind.SETTLEMENT) {
            byte[] opened = store.delete(key);
            return opened == null ? own : UsageStoreCodec.hold(opened);
        }
        store.put(key, UsageStoreCodec.encode(new OpenHold(shortened(own.labels()), own.outcome())));
        return own;
    }

    private AccountUsage account(String account) {
        AccountUsage found = open.get(account);
        if (found != null) {
            return found;
        }
        boolean isOther = open.size() >= bounds.accountsMax();
        if (isOther) {
            metrics.accountFolded();
        }
        return open.computeIfAbsent(isOther ? UsageRecord.OTHER_ACCOUNTS : account, name -> new AccountUsage());
    }

    private static Labels shortened(Labels labels) {
        return labels.tier().length() <= NAME_CHARS_MAX
                        && labels.routeTemplate().length() <= NAME_CHARS_MAX
                ? labels
                : new Labels(shortened(labels.tier()), shortened(labels.routeTemplate()));
    }

    private static String shortened(String name) {
        return name.length() <= NAME_CHARS_MAX ? name : name.substring(0, NAME_CHARS_MAX);
    }

    /**
     * Ends the current minute and begins this one. If that fails, the minute is over nevertheless, because ending it
     * again would count it twice.
     */
    private void turn(long nextMinute) {
        try {
            end(nextMinute);
        } catch (KafkaException e) {
            // The task fails, and its transaction with it.
            throw e;
        } catch (RuntimeException e) {
            metrics.minuteFailed();
            LOG.error("a defect of Sluice: the minute {} did not end in full", progress.minuteMillis(), e);
        }
        open.clear();
        unsaved.clear();
        begin(nextMinute);
    }

    private void begin(long minute) {
        progress = new Progress(minute, progress.offset());
        minuteRankings = new WindowRankings(UsageWindow.MINUTE, minute, bounds.countersMax());
        if (UsageWindow.HOUR.startOf(minute) != hourRankings.fromMillis()) {
            hourRankings = restored(UsageWindow.HOUR, minute);
        }
        if (UsageWindow.DAY.startOf(minute) != dayRankings.fromMillis()) {
            dayRankings = restored(UsageWindow.DAY, minute);
        }
    }

    /** Ends the open minute, and the hour and the day that end with it. */
    private void end(long nextMinute) {
        long minute = progress.minuteMillis();
        save();
        writeOpen();
        open.forEach((account, usage) -> {
            minuteRankings.clients(account, usage.clients().estimate());
            fold(hourRankings, account, usage);
            fold(dayRankings, account, usage);
        });
        hourRankings.merge(minuteRankings);
        dayRankings.merge(minuteRankings);
        save();
        for (UsageWindow longer : List.of(UsageWindow.HOUR, UsageWindow.DAY)) {
            if (longer.startOf(minute) != longer.startOf(nextMinute)) {
                long from = longer.startOf(minute);
                forEach(longer, from, (account, usage) -> output.accept(record(longer, from, account, usage)));
            }
        }
        metrics.minuteEnded();
        try {
            // After the counts, which do not depend on it.
            watches.spikes().minuteEnded(minute, nextMinute, open);
            watches.burn().minuteEnded(minute, nextMinute, open);
        } finally {
            // Last: after a long silence the minute that ends is old already, and the watches read it.
            forget(nextMinute);
        }
    }

    /** Adds a minute to a longer window; where that has no room for one more account, to the other accounts. */
    private void fold(WindowRankings longer, String account, AccountUsage usage) {
        Bytes key = UsageKeys.account(longer.window(), longer.fromMillis(), account);
        byte[] before = store.get(key);
        boolean isOther = account.equals(UsageRecord.OTHER_ACCOUNTS);
        if (before == null && !isOther && longer.accounts() >= bounds.longerAccountsMax()) {
            metrics.accountFolded();
            fold(longer, UsageRecord.OTHER_ACCOUNTS, usage);
            return;
        }
        AccountUsage readable = before == null ? null : entries.read(before);
        AccountUsage sum = readable == null ? new AccountUsage() : readable;
        sum.addAll(usage, bounds.rowsMax());
        store.put(key, UsageStoreCodec.encode(sum));
        if (before == null) {
            longer.newAccount();
        }
        longer.clients(account, sum.clients().estimate());
    }

    /** Drops windows that are kept no longer. */
    private void forget(long nextMinute) {
        forget(UsageWindow.MINUTE, nextMinute - bounds.minutesKept() * UsageWindow.MINUTE.millis());
        forget(UsageWindow.HOUR, nextMinute - bounds.hoursKept() * UsageWindow.HOUR.millis());
        forget(UsageWindow.DAY, nextMinute - bounds.daysKept() * UsageWindow.DAY.millis());
    }

    private void forget(UsageWindow window, long beforeMillis) {
        long before = window.startOf(beforeMillis);
        // Begins where the last scan ended, because the store is slow over recently deleted entries.
        long from = forgottenTo.getOrDefault(window, Long.MIN_VALUE);
        dropped(UsageKeys.accountsFrom(window, from), UsageKeys.accountsFrom(window, before));
        // The window before the current one can still be queried.
        long rankedBefore = window.startOf(progress.minuteMillis()) - window.millis();
        dropped(UsageKeys.rankingsFrom(window, from), UsageKeys.rankingsFrom(window, rankedBefore));
        dropped(UsageKeys.count(window, from), UsageKeys.count(window, rankedBefore));
        forgottenTo.put(window, Math.min(before, rankedBefore));
    }

    private void dropped(Bytes from, Bytes to) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> stored = store.range(from, to)) {
            while (stored.hasNext()) {
                Bytes key = stored.next().key;
                if (key.compareTo(to) < 0) {
                    keys.add(key);
                }
            }
        }
        keys.forEach(store::delete);
    }

    /** Writes records of the open minute, of accounts that have changed since the last call. */
    void writeOpen() {
        long minute = progress.minuteMillis();
        open.forEach((account, usage) -> {
            if (usage.takeUnwritten()) {
                output.accept(record(UsageWindow.MINUTE, minute, account, usage));
            }
        });
    }

    private static UsageRecord record(UsageWindow window, long fromMillis, String account, AccountUsage usage) {
        return new UsageRecord(window, fromMillis, account, usage.clients().estimate(), usage.rows());
    }

    /** Saves what has changed: with each commit, before the offsets. */
    void save() {
        for (Map.Entry<String, AccountUsage> changed : unsaved) {
            if (changed.getValue().takeUnsaved()) {
                store.put(
                        UsageKeys.account(UsageWindow.MINUTE, progress.minuteMillis(), changed.getKey()),
                        UsageStoreCodec.encode(changed.getValue()));
            }
        }
        unsaved.clear();
        minuteRankings.save(store);
        hourRankings.save(store);
        dayRankings.save(store);
        store.put(UsageKeys.PROGRESS, UsageStoreCodec.encode(progress));
    }

    /** Takes the accounts of one window. */
    @FunctionalInterface
    private interface Accounts {
        void take(String account, AccountUsage usage);
    }

    private void forEach(UsageWindow window, long fromMillis, Accounts accounts) {
        Bytes from = UsageKeys.accountsFrom(window, fromMillis);
        Bytes to = UsageKeys.accountsFrom(window, fromMillis + window.millis());
        try (KeyValueIterator<Bytes, byte[]> stored = store.range(from, to)) {
            while (stored.hasNext()) {
                KeyValue<Bytes, byte[]> entry = stored.next();
                AccountUsage usage = entry.key.compareTo(to) < 0 ? entries.read(entry.value) : null;
                if (usage != null) {
                    accounts.take(UsageKeys.account(entry.key), usage);
                }
            }
        }
    }

    /** Accounts with counts in the open minute. */
    int openAccounts() {
        return open.size();
    }

    /** Accounts with counts in the current window of this length; of an hour or a day, in minutes that have ended. */
    long accounts(UsageWindow window) {
        return switch (window) {
            case MINUTE -> open.size();
            case HOUR -> hourRankings.accounts();
            case DAY -> dayRankings.accounts();
        };
    }

    /** Accounts of this day and the one before whose names begin like this, in the order of their bytes. */
    List<String> accounts(String prefix, int countMax) {
        Set<String> found = new TreeSet<>(AccountNames.BY_BYTES);
        open.keySet().stream().filter(name -> name.startsWith(prefix)).forEach(found::add);
        long day = openFromMillis(UsageWindow.DAY);
        addAccounts(found, day, prefix, countMax);
        addAccounts(found, day - UsageWindow.DAY.millis(), prefix, countMax);
        found.remove(UsageRecord.OTHER_ACCOUNTS);
        return found.stream().limit(countMax).toList();
    }

    private void addAccounts(Set<String> found, long day, String prefix, int countMax) {
        Bytes end = UsageKeys.accountsFrom(UsageWindow.DAY, day + UsageWindow.DAY.millis());
        int left = countMax;
        try (KeyValueIterator<Bytes, byte[]> stored =
                store.range(UsageKeys.account(UsageWindow.DAY, day, prefix), end)) {
            while (left > 0 && stored.hasNext()) {
                Bytes key = stored.next().key;
                String name = key.compareTo(end) < 0 ? UsageKeys.account(key) : UsageRecord.OTHER_ACCOUNTS;
                if (!name.startsWith(prefix)) {
                    return;
                }
                // All others together are an account without a name.
                left -= name.equals(UsageRecord.OTHER_ACCOUNTS) ? 0 : 1;
                found.add(name);
            }
        }
    }

    /** The heaviest of the current window of this length, as of now; clients as of the last minute that has ended. */
    List<Count> heaviest(Ranking ranking, UsageWindow window, int countMax) {
        return switch (window) {
            case MINUTE ->
                ranking == Ranking.CLIENTS ? openClients(countMax) : minuteRankings.heaviest(ranking, countMax);
            case HOUR -> hourRankings.heaviest(ranking, countMax, minuteRankings);
            case DAY -> dayRankings.heaviest(ranking, countMax, minuteRankings);
        };
    }

    /** Where the current window of this length begins; 0 if nothing was ever counted. */
    long openFromMillis(UsageWindow window) {
        return progress.minuteMillis() == Progress.NONE.minuteMillis() ? 0 : window.startOf(progress.minuteMillis());
    }

    /** The usage of an account in one window, as of now; null if it has none, or the window is kept no longer. */
    @Nullable UsageRecord usage(String account, UsageWindow window, long fromMillis) {
        AccountUsage minute = fromMillis == openFromMillis(window) ? open.get(account) : null;
        if (minute != null && window == UsageWindow.MINUTE) {
            return record(window, fromMillis, account, minute);
        }
        byte[] saved = store.get(UsageKeys.account(window, fromMillis, account));
        if (saved == null && minute == null) {
            return null;
        }
        AccountUsage readable = saved == null ? null : entries.read(saved);
        AccountUsage usage = readable == null ? new AccountUsage() : readable;
        if (minute != null) {
            usage.addAll(minute, bounds.rowsMax());
        }
        return record(window, fromMillis, account, usage);
    }

    private List<Count> openClients(int countMax) {
        List<Count> counts = new ArrayList<>();
        open.forEach((account, usage) ->
                counts.add(new Count(account, usage.clients().estimate(), 0)));
        return SpaceSaving.heaviest(counts, countMax);
    }
}
