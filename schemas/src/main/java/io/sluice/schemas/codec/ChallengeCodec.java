package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.DecisionId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Challenge tokens: a signed JSON payload (schema {@code challenge.v1.json}) as text that fits into a path.
 *
 * <pre>
 *   token = base64url(payload) "." base64url(signature)
 * </pre>
 */
public final class ChallengeCodec {
    private static final String KIND = "challenge";
    private static final String EXPECTED = " (expected: a challenge token, as a verdict has it in penalty.challenge)";
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "kind", "clientId", "penalty", "begunBy")
            .and(Json::integer, "v", "untilMillis");

    private ChallengeCodec() {}

    /** The token of a penalty. The same penalty and key always give the same token. */
    public static String token(Challenge challenge, SigningKey key) {
        String payload = Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            // Prevents that a token is accepted as another kind of signed document, or the reverse.
            json.writeStringField("kind", KIND);
            json.writeStringField("clientId", challenge.clientId().text());
            json.writeStringField("penalty", challenge.penaltyId());
            json.writeStringField("begunBy", challenge.begunBy().text());
            json.writeNumberField("untilMillis", challenge.untilMillis());
        });
        String signature = key.sign(SignedKind.CHALLENGE, payload).signature();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + "."
                + signature.substring(SigningKey.PREFIX.length());
    }

    /**
     * The payload of a token with its signature, which is still to be verified as {@link SignedKind#CHALLENGE}.
     *
     * @throws WireException if the text is no token
     */
    public static ControlRecord signed(String token) throws WireException {
        int dot = token.indexOf('.');
        if (dot < 1 || token.length() > Challenge.TOKEN_CHARS_MAX) {
            throw notOne(token.length() + " characters" + (dot < 1 ? " without a dot" : ""));
        }
        byte[] payload;
        try {
            payload = Base64.getUrlDecoder().decode(token.substring(0, dot));
        } catch (IllegalArgumentException e) {
            throw notOne("not in base64url");
        }
        try {
            return new ControlRecord(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString(),
                    SigningKey.PREFIX + token.substring(dot + 1));
        } catch (CharacterCodingException e) {
            throw notOne("not in UTF-8");
        }
    }

    /**
     * The content of a token. Its signature is not verified here.
     *
     * @throws WireException if the text is no token
     */
    public static Challenge decode(String token) throws WireException {
        try {
            Members members = SHAPE.readStrictly(signed(token).payload()).ofKind(KIND);
            return new Challenge(
                    ClientId.parse("clientId", members.text("clientId")),
                    members.filled("penalty", AccountCommand.NAME_CHARS_MAX),
                    DecisionId.parse("begunBy", members.text("begunBy")),
                    members.between("untilMillis", 0, Long.MAX_VALUE));
        } catch (WireException e) {
            throw e.field().equals(FIELD) ? e : notOne("without the content of a challenge token");
        }
    }

    /** The name of the token's field, in the path and in a command. */
    public static final String FIELD = "token";

    private static WireException notOne(String found) {
        return new WireException(FIELD, found + EXPECTED);
    }
}
