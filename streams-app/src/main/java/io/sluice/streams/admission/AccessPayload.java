package io.sluice.streams.admission;

import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.AccessSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The access entries of a signed payload. */
final class AccessPayload {
    private AccessPayload() {}

    /**
     * Reads the entries.
     *
     * @throws WireException if the payload is none, or one of its entries cannot be read
     */
    static AccessEntries read(String payload) throws WireException {
        AccessSnapshot snapshot = AccessSnapshotCodec.decode(payload);
        List<AccessEntries.Entry> entries = new ArrayList<>();
        for (AccessSnapshot.Entry entry : snapshot.entries()) {
            try {
                entries.add(AccessEntries.entry(DocumentTree.ofJson(entry.entryJson()))
                        .until(entry.untilMillis()));
            } catch (InvalidRulesetException e) {
                throw new WireException("entries", "entry " + entry.id() + ": " + e.getMessage());
            }
        }
        return AccessEntries.of(snapshot.version(), entries);
    }

    /** The entries of a payload that was in force before; none for null. */
    static AccessEntries known(@Nullable String payload) {
        try {
            return payload == null ? AccessEntries.NONE : read(payload);
        } catch (WireException e) {
            throw new IllegalStateException("access entries that this partition has in force cannot be read", e);
        }
    }
}
