package io.sluice.engine.controlplane;

import io.sluice.engine.bucket.Bounds;
import java.util.ArrayList;
import java.util.List;

/**
 * The access entries, and the last commands that added some.
 *
 * <p>A command names the version that its author saw. It is accepted only while the commands of all later versions
 * are remembered. So it takes effect at most once, however late it is sent again:
 *
 * <pre>
 *   version               40        41        42   ...   297         298
 *   command c expects 40            c: 41
 *   c once more                               repeated   repeated    refused: only those after 42 are remembered
 * </pre>
 *
 * @param version one more with every change; 0 before the first
 * @param entries in the order in which they were added
 * @param added the last commands, oldest first; an entry of theirs may be over
 * @param completeFrom since this version every command that added an entry is remembered, up to the bound
 */
public record AccessState(long version, List<AccessEntry> entries, List<Added> added, long completeFrom) {
    /** Versions whose commands are remembered. */
    public static final int COMMANDS_MAX = 256;

    public static final AccessState EMPTY = new AccessState(0, List.of(), List.of(), 0);

    /** A command that added an entry, and the version that it made. */
    public record Added(long version, String commandId) {}

    public AccessState {
        entries = List.copyOf(entries);
        added = List.copyOf(added);
        Bounds.within("added", added.size(), 0, COMMANDS_MAX);
        Bounds.within("completeFrom", completeFrom, 0, version);
    }

    /** Entries of which no command is remembered. */
    public AccessState(long version, List<AccessEntry> entries) {
        this(version, entries, List.of(), version);
    }

    /** The oldest version that a command may expect. */
    public long expectableFrom() {
        return Math.max(completeFrom, version - COMMANDS_MAX);
    }

    boolean isAddedBy(String commandId) {
        return added.stream().anyMatch(it -> it.commandId().equals(commandId));
    }

    /** The next version, with these entries. */
    AccessState next(List<AccessEntry> others) {
        return next(others, added);
    }

    /** The next version, with these entries, the last of which this command added. */
    AccessState next(List<AccessEntry> others, String commandId) {
        List<Added> more = new ArrayList<>(added);
        more.add(new Added(version + 1, commandId));
        return next(others, more);
    }

    private AccessState next(List<AccessEntry> others, List<Added> commands) {
        long from = version + 1 - COMMANDS_MAX;
        List<Added> kept = commands.stream().filter(it -> it.version() > from).toList();
        return new AccessState(version + 1, others, kept, completeFrom);
    }
}
