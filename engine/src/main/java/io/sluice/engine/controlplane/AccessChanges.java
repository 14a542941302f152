package io.sluice.engine.controlplane;

import io.sluice.engine.controlplane.RulesEvent.Stamp;
import io.sluice.engine.controlplane.RulesResult.Accepted;
import io.sluice.engine.controlplane.RulesResult.Refusal;
import io.sluice.engine.controlplane.RulesResult.Refused;
import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.RulesetProblem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The access entries of the control plane: adds them, ends them, and forgets those that are over.
 *
 * <p>Each change makes the next version, and every version is the whole list. So a partition needs only the newest one,
 * whatever it has missed.
 */
final class AccessChanges {
    /**
     * How long an entry that is over stays in the list: a partition's time may be behind the time of the commands by
     * up to this, and there the entry stays in force until its end by the partition's own time.
     */
    static final long KEPT_AFTER_MILLIS = 10L * 60 * 1_000;

    private final ControlPlaneStore store;
    private final DocumentReader reader;
    private final AccessState published;

    AccessChanges(ControlPlaneStore store, DocumentReader reader, AccessState published) {
        this.store = store;
        this.reader = reader;
        this.published = published;
    }

    private AccessState state() {
        AccessState stored = store.access();
        return stored.version() >= published.version() ? stored : published;
    }

    RulesResult add(RulesStep.AddAccess add, Stamp stamp) {
        AccessState state = state();
        if (state.isAddedBy(add.commandId())) {
            return new RulesResult.Repeated(null);
        }
        if (add.expectedVersion() < state.expectableFrom() || add.expectedVersion() > state.version()) {
            return Refused.of(
                    Refusal.STALE_VERSION,
                    "version " + add.expectedVersion() + " (expected: " + state.expectableFrom() + ".."
                            + state.version() + ", the versions whose commands are remembered)");
        }
        DocumentReader.Read read = reader.read(add.document());
        RulesetProblem unreadable = read.problem();
        if (unreadable != null) {
            return invalid(List.of(unreadable));
        }
        AccessEntries.Entry entry;
        try {
            entry = AccessEntries.entry(read.tree());
        } catch (InvalidRulesetException e) {
            return invalid(e.problems());
        }
        List<AccessEntry> kept = kept(state, stamp.atMillis());
        Refused full = full(kept, entry);
        if (full != null) {
            return full;
        }
        long version = state.version() + 1;
        return new Accepted(new RulesEvent.AccessAdded(
                stamp,
                version,
                new AccessEntry(version, add.commandId(), add.document(), stamp.atMillis() + entry.forMillis())));
    }

    private static Refused invalid(List<RulesetProblem> problems) {
        return new Refused(
                Refusal.INVALID_ENTRY,
                problems.size() + (problems.size() == 1 ? " problem" : " problems") + " (expected: a valid entry)",
                problems);
    }

    private @Nullable Refused full(List<AccessEntry> kept, AccessEntries.Entry entry) {
        if (kept.size() >= AccessEntries.ENTRIES_MAX) {
            return Refused.of(
                    Refusal.TOO_MANY_ENTRIES,
                    kept.size() + " access entries (expected: fewer than " + AccessEntries.ENTRIES_MAX
                            + "; remove one, or put them into the ruleset)");
        }
        long comparisons = entry.comparisons();
        for (AccessEntry other : kept) {
            comparisons += entry.comparisons() == 0 ? 0 : comparisons(other);
        }
        return comparisons <= AccessEntries.COMPARISONS_MAX
                ? null
                : Refused.of(
                        Refusal.TOO_MANY_ENTRIES,
                        comparisons + " ranges, prefixes and exceptions in all access entries (expected: at most "
                                + AccessEntries.COMPARISONS_MAX + ")");
    }

    private int comparisons(AccessEntry entry) {
        try {
            return AccessEntries.entry(reader.read(entry.document()).tree()).comparisons();
        } catch (InvalidRulesetException e) {
            // A release that knew more kinds of entry wrote it: count it as one comparison at least.
            return 1;
        }
    }

    RulesResult remove(long entryId, Stamp stamp) {
        AccessState state = state();
        boolean known = kept(state, stamp.atMillis()).stream().anyMatch(entry -> entry.id() == entryId);
        return known
                ? new Accepted(new RulesEvent.AccessRemoved(stamp, state.version() + 1, entryId))
                : Refused.of(Refusal.UNKNOWN_ENTRY, "access entry " + entryId + " (expected: one that is in force)");
    }

    /** The entries as an event leaves them. */
    AccessState after(RulesEvent.AccessChange event) {
        AccessState state = state();
        if (event instanceof RulesEvent.AccessAdded added) {
            List<AccessEntry> entries = kept(state, added.stamp().atMillis());
            entries.add(added.entry());
            return state.next(entries, added.entry().commandId());
        }
        RulesEvent.AccessRemoved removed = (RulesEvent.AccessRemoved) event;
        List<AccessEntry> entries = kept(state, removed.stamp().atMillis());
        entries.removeIf(entry -> entry.id() == removed.entryId());
        return state.next(entries);
    }

    private static List<AccessEntry> kept(AccessState state, long nowMillis) {
        List<AccessEntry> kept = new ArrayList<>(state.entries());
        kept.removeIf(entry -> entry.untilMillis() + KEPT_AFTER_MILLIS <= nowMillis);
        return kept;
    }
}
