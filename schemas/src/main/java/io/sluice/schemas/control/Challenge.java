package io.sluice.schemas.control;

import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;

/**
 * What a challenge token is about: one penalty that asks for a challenge.
 *
 * @param clientId the client that is penalised; the account itself if all of it is
 * @param penaltyId the rule of the ruleset
 * @param begunBy the request that began the penalty; names it among all others
 * @param untilMillis when it would have ended by itself, as the verdict said that the token was made for; requests may
 *     have made it last longer since
 */
public record Challenge(ClientId clientId, String penaltyId, DecisionId begunBy, long untilMillis) {
    /** The longest token: a client ID of 256 bytes fits, however it is escaped. */
    public static final int TOKEN_CHARS_MAX = 3_000;
}
