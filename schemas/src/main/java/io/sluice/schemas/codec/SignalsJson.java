package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.SignalStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Health signals as members of pongs, and a brown-out as a member of explanations. */
final class SignalsJson {
    static final String SIGNALS = "signals";
    static final String BROWN_OUT = "brownOut";

    private static final Members.Shape SIGNAL = Members.Shape.of(Json::text, "name")
            .and(SignalCodec::state, "state")
            .and(Json::integer, "sinceMillis", "untilMillis")
            .and(Json::flag, BROWN_OUT);
    private static final Members.Shape CAUSE =
            Members.Shape.of(Json::text, "signal").and(Json::integer, "sinceMillis", "scalePerMille");

    private SignalsJson() {}

    /** Writes signals, if there are any. */
    static void write(JsonGenerator json, List<SignalStatus> signals) throws IOException {
        if (signals.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(SIGNALS);
        for (SignalStatus signal : signals) {
            json.writeStartObject();
            json.writeStringField("name", signal.name());
            json.writeStringField("state", SignalCodec.nameOf(signal.good()));
            json.writeNumberField("sinceMillis", signal.sinceMillis());
            json.writeNumberField("untilMillis", signal.untilMillis());
            json.writeBooleanField(BROWN_OUT, signal.brownOut());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static List<SignalStatus> read(String field, JsonParser json) throws IOException, WireException {
        List<SignalStatus> signals = new ArrayList<>();
        for (Members signal : SIGNAL.readList(field, json)) {
            signals.add(new SignalStatus(
                    signal.text("name"),
                    Boolean.TRUE.equals(signal.optional(Boolean.class, "state")),
                    signal.integer("sinceMillis"),
                    signal.integer("untilMillis"),
                    signal.flag(BROWN_OUT)));
        }
        return signals;
    }

    static void write(JsonGenerator json, Explanation.@Nullable BrownedOut cause) throws IOException {
        if (cause == null) {
            return;
        }
        json.writeObjectFieldStart(BROWN_OUT);
        json.writeStringField("signal", cause.signal());
        json.writeNumberField("sinceMillis", cause.sinceMillis());
        json.writeNumberField("scalePerMille", cause.scalePerMille());
        json.writeEndObject();
    }

    static Explanation.BrownedOut cause(String field, JsonParser json) throws IOException, WireException {
        Members cause = CAUSE.read(field, json);
        return new Explanation.BrownedOut(
                cause.text("signal"), cause.integer("sinceMillis"), cause.integer("scalePerMille"));
    }
}
