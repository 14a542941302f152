package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.RulesetActivation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A ruleset revision as JSON: the signed payload of the control records on the rules topic and in the request partitions; schema
 * {@code ruleset-activation.v1.json}.
 */
public final class ActivationCodec {
    private static final String KIND = "ruleset";

    private ActivationCodec() {}

    /** The JSON text that is signed and stored as it stands. */
    public static String encode(RulesetActivation activation) {
        return new String(
                Json.written(json -> {
                    json.writeNumberField("v", Json.FORMAT_VERSION);
                    json.writeStringField("kind", KIND);
                    json.writeNumberField("revision", activation.revision());
                    json.writeStringField("author", activation.author());
                    json.writeStringField("reason", activation.reason());
                    json.writeStringField("document", activation.documentJson());
                }),
                StandardCharsets.UTF_8);
    }

    /** Reads a record of the rules topic. */
    public static RulesetActivation decode(byte[] value) throws WireException {
        return decode(Utf8.text("", value));
    }

    public static RulesetActivation decode(String payload) throws WireException {
        String[] texts = {"", "", "", ""};
        long[] numbers = {0, 0};
        try (JsonParser json = Json.FACTORY.createParser(payload)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, (name, value) -> {
                switch (name) {
                    case "v" -> numbers[0] = Json.integer(name, value);
                    case "kind" -> texts[0] = Json.text(name, value);
                    case "revision" -> numbers[1] = Json.integer(name, value);
                    case "author" -> texts[1] = Json.text(name, value);
                    case "reason" -> texts[2] = Json.text(name, value);
                    case "document" -> texts[3] = Json.text(name, value);
                    default -> value.skipChildren();
                }
            });
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        if (numbers[0] != Json.FORMAT_VERSION) {
            throw new WireException("v", numbers[0] + " (expected: " + Json.FORMAT_VERSION + ")");
        }
        if (!texts[0].equals(KIND)) {
            throw new WireException("kind", "unknown (expected: " + KIND + ")");
        }
        if (numbers[1] < 1 || numbers[1] > RulesetActivation.REVISION_MAX) {
            throw new WireException("revision", numbers[1] + " (expected: 1.." + RulesetActivation.REVISION_MAX + ")");
        }
        return new RulesetActivation(numbers[1], texts[3], texts[1], texts[2]);
    }
}
