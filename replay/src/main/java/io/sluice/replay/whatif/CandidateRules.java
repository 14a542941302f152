package io.sluice.replay.whatif;

import io.sluice.replay.log.LogException;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.RulesetActivation;
import java.util.List;
import java.util.Map;

/** A ruleset that is in force throughout a window, in place of those that were. */
public final class CandidateRules {
    private static final String WIDE = "global";

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

    /**
     * Whether an activation has a limit that all accounts share.
     *
     * @throws LogException if it cannot be read
     */
    public static boolean hasWideLimits(String activation) throws LogException {
        try {
            return DocumentTree.ofJson(ActivationCodec.decode(activation).documentJson()) instanceof Map<?, ?> document
                    && document.get("limits") instanceof List<?> limits
                    && limits.stream().anyMatch(CandidateRules::isWide);
        } catch (WireException e) {
            throw new LogException("rules: " + e.getMessage(), e);
        }
    }

    /** A limit of scope {@code global}, or of several scopes with that among them. */
    private static boolean isWide(Object limit) {
        Object scope = limit instanceof Map<?, ?> members ? members.get("scope") : null;
        return WIDE.equals(scope) || (scope instanceof List<?> scopes && scopes.contains(WIDE));
    }
}
