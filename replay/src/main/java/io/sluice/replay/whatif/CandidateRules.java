package io.sluice.replay.whatif;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;

/** A ruleset that is in force throughout a window, in place of those that were. */
public final class CandidateRules {
    private CandidateRules() {}

    /**
     * The activation of a document under the last of all revisions, so that no activation in the log replaces it.
     *
     * @param documentJson the ruleset document as JSON text, which compiles
     */
    public static String activation(String documentJson) {
        return ActivationCodec.encode(new RulesetActivation(
                RulesetActivation.REVISION_MAX, documentJson, "sluice replay", "what if it had been in force"));
    }
}
