package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.ControlCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A clock mark as JSON: the payload of a control record; schema {@code clock-mark.v1.json}. */
public final class ClockMarkCodec {
    private static final String KIND = "clock-mark";

    private ClockMarkCodec() {}

    /** The JSON text that is signed. */
    public static String encode(ClockMark mark) {
        return new String(
                Json.written(json -> {
                    json.writeNumberField("v", Json.FORMAT_VERSION);
                    // Keeps a signed mark from passing for anything else that is signed, and the other way round.
                    json.writeStringField("kind", KIND);
                    json.writeNumberField("partition", mark.partition());
                    json.writeNumberField("nowMillis", mark.nowMillis());
                    json.writeStringField("principal", mark.principal());
                    json.writeStringField("reason", mark.reason());
                }),
                StandardCharsets.UTF_8);
    }

    /** Whether a payload claims to be a mark; it may yet be a bad one. */
    public static boolean isOne(String payload) {
        return AccountCommandCodec.isOfKind(KIND, payload);
    }

    public static ClockMark decode(String payload) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.FACTORY.createParser(payload)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, draft::read);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return draft.mark();
    }

    private static final class Draft {
        private long version;
        private String kind = "";
        private long partition = -1;
        private long nowMillis = -1;
        private String principal = "";
        private String reason = "";

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "v" -> version = Json.integer(name, json);
                case "kind" -> kind = Json.text(name, json);
                case "partition" -> partition = Json.integer(name, json);
                case "nowMillis" -> nowMillis = Json.integer(name, json);
                case "principal" -> principal = Json.text(name, json);
                case "reason" -> reason = Json.text(name, json);
                default -> json.skipChildren();
            }
        }

        ClockMark mark() throws WireException {
            if (version != Json.FORMAT_VERSION) {
                throw new WireException("v", version + " (expected: " + Json.FORMAT_VERSION + ")");
            }
            if (!kind.equals(KIND)) {
                throw new WireException("kind", "unknown (expected: " + KIND + ")");
            }
            if (partition < 0 || partition > Integer.MAX_VALUE) {
                throw new WireException("partition", partition + " (expected: 0.." + Integer.MAX_VALUE + ")");
            }
            if (nowMillis < 0) {
                throw new WireException("nowMillis", nowMillis + " (expected: at least 0)");
            }
            ControlCommandCodec.filled("principal", principal, ControlCommand.PRINCIPAL_CHARS_MAX);
            ControlCommandCodec.filled("reason", reason, ControlCommand.REASON_CHARS_MAX);
            return new ClockMark((int) partition, nowMillis, principal, reason);
        }
    }
}
