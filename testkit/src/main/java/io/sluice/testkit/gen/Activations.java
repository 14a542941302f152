package io.sluice.testkit.gen;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.request.ControlRecord;

/** Signed control records that put a ruleset in force. */
public final class Activations {
    private Activations() {}

    /** The control record by which {@code documentJson} becomes the given revision. */
    public static ControlRecord signed(SigningKey key, long revision, String documentJson) {
        return key.sign(
                SignedKind.RULES,
                ActivationCodec.encode(new RulesetActivation(revision, documentJson, "testkit", "a test")));
    }
}
