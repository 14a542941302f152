package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.RulesetActivation;
import java.util.ArrayList;
import java.util.List;

/**
 * The access entries as JSON: the signed payload of control records on the rules topic and in the request partitions;
 * schema {@code access-snapshot.v1.json}.
 */
public final class AccessSnapshotCodec {
    private static final String KIND = "access";
    private static final Members.Shape ENTRY =
            Members.Shape.of(Json::text, "entry").and(Json::integer, "id", "untilMillis");
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "kind")
            .and(Json::integer, "v", "version")
            .and(ENTRY::readList, "entries");

    private AccessSnapshotCodec() {}

    /** The JSON text to sign and store, byte for byte. */
    public static String encode(AccessSnapshot snapshot) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("kind", KIND);
            json.writeNumberField("version", snapshot.version());
            json.writeArrayFieldStart("entries");
            for (AccessSnapshot.Entry entry : snapshot.entries()) {
                json.writeStartObject();
                json.writeNumberField("id", entry.id());
                json.writeStringField("entry", entry.entryJson());
                json.writeNumberField("untilMillis", entry.untilMillis());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Whether a payload claims to be one; it may still be invalid. */
    public static boolean isOne(String payload) {
        return AccountCommandCodec.isOfKind(KIND, payload);
    }

    public static AccessSnapshot decode(String payload) throws WireException {
        Members snapshot = SHAPE.read(payload).ofKind(KIND);
        List<AccessSnapshot.Entry> entries = new ArrayList<>();
        for (Members entry : snapshot.list(Members.class, "entries")) {
            entries.add(new AccessSnapshot.Entry(
                    entry.between("id", 1, RulesetActivation.REVISION_MAX),
                    entry.filled("entry", AccessSnapshot.ENTRY_CHARS_MAX),
                    entry.between("untilMillis", 0, Long.MAX_VALUE)));
        }
        if (entries.size() > AccessSnapshot.ENTRIES_MAX) {
            throw new WireException(
                    "entries", entries.size() + " (expected: at most " + AccessSnapshot.ENTRIES_MAX + ")");
        }
        return new AccessSnapshot(snapshot.between("version", 1, RulesetActivation.REVISION_MAX), entries);
    }
}
