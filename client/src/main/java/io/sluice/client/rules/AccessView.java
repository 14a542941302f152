package io.sluice.client.rules;

import io.sluice.schemas.control.AuditEntry;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The access entries according to the audit trail, with who added each and why. Updated entry by entry; any thread
 * may read it.
 *
 * <p>It has the bounds of the rules writer; ended entries are dropped with the next change.
 */
public final class AccessView {
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private long version;

    /**
     * An access entry.
     *
     * @param commandId the command that added it
     * @param entryJson who it is about, as JSON text
     * @param untilMillis the log's time at which it ends
     */
    public record Entry(
            long id,
            String commandId,
            String entryJson,
            long atMillis,
            long untilMillis,
            String author,
            String reason) {}

    synchronized void add(AuditEntry audited, AuditEntry.AccessAdded added) {
        forget(audited.atMillis());
        version = added.entryId();
        entries.put(
                added.entryId(),
                new Entry(
                        added.entryId(),
                        added.commandId(),
                        added.entryJson(),
                        audited.atMillis(),
                        added.untilMillis(),
                        audited.principal(),
                        audited.reason()));
    }

    synchronized void remove(AuditEntry audited, AuditEntry.AccessRemoved removed) {
        forget(audited.atMillis());
        version = removed.version();
        entries.remove(removed.entryId());
    }

    private void forget(long nowMillis) {
        entries.values().removeIf(entry -> entry.untilMillis() <= nowMillis);
    }

    /** One more with every change; 0 before the first. */
    public synchronized long version() {
        return version;
    }

    /** The entries that are not over at that time, oldest first. */
    public synchronized List<Entry> entries(long nowMillis) {
        return entries.values().stream()
                .filter(entry -> entry.untilMillis() > nowMillis)
                .toList();
    }

    /** The entry that a command added; null if there is none, or it is over. */
    public synchronized @Nullable Entry addedBy(String commandId) {
        return entries.values().stream()
                .filter(entry -> entry.commandId().equals(commandId))
                .findFirst()
                .orElse(null);
    }
}
