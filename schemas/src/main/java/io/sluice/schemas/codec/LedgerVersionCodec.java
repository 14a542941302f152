package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.LedgerVersionRecord;

/** A ledger version as JSON: the payload of a control record; schema {@code ledger-version.v1.json}. */
public final class LedgerVersionCodec {
    private static final String KIND = "ledger-version";
    private static final Members.Shape SHAPE =
            Members.Shape.of(Json::text, "kind", "principal", "reason").and(Json::integer, "v", "version");

    private LedgerVersionCodec() {}

    /** The JSON text to sign. */
    public static String encode(LedgerVersionRecord activated) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            // Prevents that a signed version is accepted as another kind of signed document, or the reverse.
            json.writeStringField("kind", KIND);
            json.writeNumberField("version", activated.version());
            json.writeStringField("principal", activated.principal());
            json.writeStringField("reason", activated.reason());
        });
    }

    /** Whether a payload claims to be one; it may still be invalid. */
    public static boolean isOne(String payload) {
        return AccountCommandCodec.isOfKind(KIND, payload);
    }

    public static LedgerVersionRecord decode(String payload) throws WireException {
        Members activated = SHAPE.read(payload).ofKind(KIND);
        return new LedgerVersionRecord(
                (int) activated.between("version", 1, LedgerVersionRecord.VERSION_MAX),
                activated.filled("principal", ControlCommand.PRINCIPAL_CHARS_MAX),
                activated.filled("reason", ControlCommand.REASON_CHARS_MAX));
    }
}
