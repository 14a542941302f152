package io.sluice.testkit.oracle;

import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.AccessSnapshot;
import java.util.LinkedList;
import java.util.List;

/** The oracle's own reading of access entries. */
final class AccessMapping {
    private AccessMapping() {}

    static boolean isOne(String payload) {
        return AccessSnapshotCodec.isOne(payload);
    }

    static AccessEntries entries(String payload) throws WireException, InvalidRulesetException {
        AccessSnapshot snapshot = AccessSnapshotCodec.decode(payload);
        List<AccessEntries.Entry> all = new LinkedList<>();
        for (AccessSnapshot.Entry told : snapshot.entries()) {
            AccessEntries.Entry entry = AccessEntries.entry(DocumentTree.ofJson(told.entryJson()));
            all.add(entry.until(told.untilMillis()));
        }
        return AccessEntries.of(snapshot.version(), all);
    }
}
