package io.sluice.testkit.gen;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.ControlKey;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.request.ControlRecord;

/** Signed control records that put a ruleset in force. */
public final class Activations {
    private Activations() {}

    /** The control record by which {@code documentJson} becomes the given revision. */
    public static ControlRecord signed(ControlKey key, long revision, String documentJson) {
        return key.sign(ActivationCodec.encode(new RulesetActivation(revision, documentJson, "testkit", "a test")));
    }
}
