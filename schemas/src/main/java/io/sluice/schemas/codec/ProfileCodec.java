package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;

/** The records of the accounts topic as JSON; schema {@code profile.v1.json}. */
public final class ProfileCodec {
    private static final Members.Shape SHAPE = ProfileJson.SHAPE.and(Json::integer, "v");

    private ProfileCodec() {}

    public static byte[] encode(Profile profile) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            ProfileJson.write(json, profile);
        });
    }

    public static Profile decode(byte[] value) throws WireException {
        return ProfileJson.profile(SHAPE.read(value).ofThisVersion());
    }
}
