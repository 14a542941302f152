package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.ControlCommand;

/** A clock mark as JSON: the payload of a control record; schema {@code clock-mark.v1.json}. */
public final class ClockMarkCodec {
    private static final String KIND = "clock-mark";
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "kind", "principal", "reason")
            .and(Json::integer, "v", "partition", "nowMillis");

    private ClockMarkCodec() {}

    /** The JSON text to sign. */
    public static String encode(ClockMark mark) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            // Prevents that a signed mark is accepted as another kind of signed document, or the reverse.
            json.writeStringField("kind", KIND);
            json.writeNumberField("partition", mark.partition());
            json.writeNumberField("nowMillis", mark.nowMillis());
            json.writeStringField("principal", mark.principal());
            json.writeStringField("reason", mark.reason());
        });
    }

    /** Whether a payload claims to be a mark; it may still be invalid. */
    public static boolean isOne(String payload) {
        return AccountCommandCodec.isOfKind(KIND, payload);
    }

    public static ClockMark decode(String payload) throws WireException {
        Members mark = SHAPE.read(payload).ofKind(KIND);
        return new ClockMark(
                (int) mark.between("partition", 0, Integer.MAX_VALUE),
                mark.between("nowMillis", 0, Long.MAX_VALUE),
                mark.filled("principal", ControlCommand.PRINCIPAL_CHARS_MAX),
                mark.filled("reason", ControlCommand.REASON_CHARS_MAX));
    }
}
