package io.sluice.client.accounts;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.control.AuditEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The changes of accounts in the audit trail; read by any thread.
 *
 * <p>Bounded: the youngest {@link #ENTRIES_MAX} changes of all accounts, without the profiles before and after. Older
 * ones are in the log.
 */
public final class AccountHistory {
    public static final int ENTRIES_MAX = 10_000;

    private final Deque<Entry> entries = new ArrayDeque<>();

    /** One change; {@code version} is that of the profile from then on. */
    public record Entry(
            String account,
            long version,
            long atMillis,
            String principal,
            String reason,
            AccountCommand.Action change,
            long granted) {}

    /** Takes the next entry; they come in the order of versions within each account. */
    public synchronized void add(AuditEntry entry, AuditEntry.AccountChanged changed) {
        entries.addFirst(new Entry(
                changed.after().account(),
                changed.after().version(),
                entry.atMillis(),
                entry.principal(),
                entry.reason(),
                changed.change(),
                changed.granted()));
        if (entries.size() > ENTRIES_MAX) {
            entries.removeLast();
        }
    }

    /** Changes of one account, youngest first, below a version. */
    public synchronized List<Entry> entries(String account, long before, int countMax) {
        List<Entry> page = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.account().equals(account) && entry.version() < before && page.size() < countMax) {
                page.add(entry);
            }
        }
        return page;
    }
}
