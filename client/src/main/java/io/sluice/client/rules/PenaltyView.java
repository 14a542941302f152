package io.sluice.client.rules;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.control.AuditEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The penalties that have begun and not ended, according to the audit trail. Updated entry by entry; any thread may
 * read it.
 *
 * <p>The audit trail shows an end only with the account's next request. So an entry whose time is over may still be
 * here; code that shows it must check the time, and the rule.
 *
 * <p>Bounded: the youngest {@link #ENTRIES_MAX}. Of more, those go first whose time is over, and then the oldest.
 */
public final class PenaltyView {
    public static final int ENTRIES_MAX = 10_000;

    /** In the order in which they began. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    private long dropped;
    private long version;

    private record Key(String account, String clientId, String penaltyId) {
        static Key of(String account, @Nullable String clientId, String penaltyId) {
            return new Key(account, clientId == null ? "" : clientId, penaltyId);
        }
    }

    /**
     * A penalty that began.
     *
     * @param clientId the client that is penalised; null if all of the account is
     * @param penaltyId the rule of the ruleset
     * @param effect what it does
     * @param rung the rung of the ladder, counted from 1
     * @param atMillis the partition's time at which it began
     * @param untilMillis when it ends, as far as was known when it began
     * @param enforced false in shadow
     * @param trigger what began it, in words
     * @param offset of its record in the audit topic
     */
    public record Entry(
            String account,
            @Nullable String clientId,
            String penaltyId,
            String effect,
            long rung,
            long atMillis,
            long untilMillis,
            boolean enforced,
            String trigger,
            long offset) {}

    synchronized void changed(AuditEntry audited, AuditEntry.PenaltyChanged changed, long offset) {
        Key key = Key.of(changed.account(), changed.clientId(), changed.penaltyId());
        version++;
        // A relapse is younger than what it follows.
        entries.remove(key);
        String effect = changed.effect();
        if (effect == null) {
            return;
        }
        if (entries.size() >= ENTRIES_MAX) {
            makeRoom(audited.atMillis());
        }
        entries.put(
                key,
                new Entry(
                        changed.account(),
                        changed.clientId(),
                        changed.penaltyId(),
                        effect,
                        changed.rung(),
                        audited.atMillis(),
                        changed.untilMillis(),
                        changed.enforced(),
                        audited.reason(),
                        offset));
    }

    private void makeRoom(long nowMillis) {
        entries.values().removeIf(entry -> entry.untilMillis() <= nowMillis);
        if (entries.size() >= ENTRIES_MAX) {
            Iterator<Entry> oldestFirst = entries.values().iterator();
            oldestFirst.next();
            oldestFirst.remove();
            dropped++;
        }
    }

    synchronized void lifted(AuditEntry.PenaltyLifted lifted) {
        version++;
        entries.remove(Key.of(lifted.account(), lifted.clientId(), lifted.penaltyId()));
    }

    /** A pardon ends the penalties of one client, or of the account and all of its clients. */
    synchronized void changed(AuditEntry.AccountChanged changed) {
        if (changed.change() instanceof AccountCommand.Pardon pardon) {
            String account = changed.after().account();
            String client = pardon.clientId();
            version++;
            entries.values()
                    .removeIf(entry ->
                            entry.account().equals(account) && (client == null || client.equals(entry.clientId())));
        }
    }

    /** Everything that is known, youngest first. */
    public synchronized List<Entry> entries() {
        List<Entry> youngestFirst = new ArrayList<>(entries.values());
        Collections.reverse(youngestFirst);
        return youngestFirst;
    }

    /** One more with every change; 0 before the first. */
    public synchronized long version() {
        return version;
    }

    /** How many were in force and had to be dropped. */
    public synchronized long dropped() {
        return dropped;
    }
}
