package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.Profile;
import java.io.IOException;

/** The records of the accounts topic as JSON; schema {@code profile.v1.json}. */
public final class ProfileCodec {
    private ProfileCodec() {}

    public static byte[] encode(Profile profile) {
        return Json.written(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            ProfileJson.write(json, profile);
        });
    }

    public static Profile decode(byte[] value) throws WireException {
        ProfileJson.Draft draft = new ProfileJson.Draft();
        long[] version = {0};
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            Json.fields(json, (name, member) -> {
                if (name.equals("v")) {
                    version[0] = Json.integer(name, member);
                } else {
                    draft.read(name, member);
                }
            });
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        if (version[0] != Json.FORMAT_VERSION) {
            throw new WireException("v", version[0] + " (expected: " + Json.FORMAT_VERSION + ")");
        }
        return draft.profile();
    }
}
