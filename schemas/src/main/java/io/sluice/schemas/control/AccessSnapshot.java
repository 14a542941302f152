package io.sluice.schemas.control;

import java.util.List;

/**
 * A record that puts access entries in force. It has all of them, so the newest record is enough.
 *
 * @param version 1..{@link RulesetActivation#REVISION_MAX}, one more with every change; a partition ignores one that it
 *     already has or has passed
 * @param entries at most {@link #ENTRIES_MAX}, in the order in which they were added
 */
public record AccessSnapshot(long version, List<Entry> entries) implements RulesRecord {
    /** The most entries of a snapshot: includes some that have ended. */
    public static final int ENTRIES_MAX = 10_000;
    /** The longest entry. */
    public static final int ENTRY_CHARS_MAX = 4_000;

    public AccessSnapshot {
        entries = List.copyOf(entries);
    }

    /**
     * One entry.
     *
     * @param id the version that began with it
     * @param entryJson who it is about, as JSON text
     * @param untilMillis the partition's time at which it ends
     */
    public record Entry(long id, String entryJson, long untilMillis) {}
}
