package io.sluice.schemas.codec;

import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.RulesetActivation;

/**
 * A ruleset revision as JSON: the signed payload of the control records on the rules topic and in the request
 * partitions; schema {@code ruleset-activation.v1.json}.
 */
public final class ActivationCodec {
    private static final String KIND = "ruleset";
    private static final Members.Shape SHAPE = Members.Shape.of(
                    Json::text, "kind", "author", "reason", DocumentMember.TEXT, DocumentMember.PACKED)
            .and(Json::integer, "v", "revision");

    private ActivationCodec() {}

    /** The JSON text to sign and store, byte for byte. */
    public static String encode(RulesetActivation activation) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            json.writeStringField("kind", KIND);
            json.writeNumberField("revision", activation.revision());
            json.writeStringField("author", activation.author());
            json.writeStringField("reason", activation.reason());
            DocumentMember.write(json, activation.documentJson());
        });
    }

    /** Reads a record of the rules topic. */
    public static RulesetActivation decode(byte[] value) throws WireException {
        return decode(Utf8.text("", value));
    }

    public static RulesetActivation decode(String payload) throws WireException {
        Members activation = SHAPE.read(payload).ofKind(KIND);
        String document = DocumentMember.read(activation);
        return new RulesetActivation(
                activation.between("revision", 1, RulesetActivation.REVISION_MAX),
                document == null ? "" : document,
                activation.text("author"),
                activation.text("reason"));
    }
}
