package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.SignalRecord;
import java.io.IOException;

/** A report of a health signal as JSON: the payload of a control record; schema {@code signal.v1.json}. */
public final class SignalCodec {
    private static final String KIND = "signal";
    private static final String GOOD = "good";
    private static final String BAD = "bad";
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "kind", "signal", "state", "principal")
            .and(Json::integer, "v", "validMillis", "nowMillis");

    private SignalCodec() {}

    /** The JSON text to sign. */
    public static String encode(SignalRecord report) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            // Prevents that a signed report is accepted as another kind of signed document, or the reverse.
            json.writeStringField("kind", KIND);
            json.writeStringField("signal", report.signal());
            json.writeStringField("state", nameOf(report.good()));
            json.writeNumberField("validMillis", report.validMillis());
            json.writeNumberField("nowMillis", report.nowMillis());
            json.writeStringField("principal", report.principal());
        });
    }

    /** Whether a payload claims to be a report; it may still be invalid. */
    public static boolean isOne(String payload) {
        return AccountCommandCodec.isOfKind(KIND, payload);
    }

    public static SignalRecord decode(String payload) throws WireException {
        Members report = SHAPE.read(payload).ofKind(KIND);
        return new SignalRecord(
                name("signal", report.text("signal")),
                state("state", report.text("state")),
                report.between("validMillis", SignalRecord.VALID_MILLIS_MIN, SignalRecord.VALID_MILLIS_MAX),
                report.between("nowMillis", 0, Long.MAX_VALUE),
                report.filled("principal", ControlCommand.PRINCIPAL_CHARS_MAX));
    }

    /** The name of a state on the wire. */
    public static String nameOf(boolean good) {
        return good ? GOOD : BAD;
    }

    /** The name of a signal, if it is one. */
    public static String name(String field, String text) throws WireException {
        if (!SignalRecord.NAME.matcher(text).matches()) {
            throw new WireException(
                    field,
                    MemberNames.shown(text)
                            + " (expected: 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit)");
        }
        return text;
    }

    /** Whether a state is good. */
    public static boolean state(String field, String text) throws WireException {
        if (!text.equals(GOOD) && !text.equals(BAD)) {
            throw new WireException(field, MemberNames.shown(text) + " (expected: good, bad)");
        }
        return text.equals(GOOD);
    }

    /** Checks a state where it stands. */
    static boolean state(String field, JsonParser json) throws IOException, WireException {
        return state(field, Json.text(field, json));
    }
}
