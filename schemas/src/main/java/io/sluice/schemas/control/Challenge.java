package io.sluice.schemas.control;

import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;

/**
 * The content of a challenge token: one penalty that asks for a challenge.
 *
 * @param clientId the client that is penalised; the account itself if all of it is
 * @param penaltyId the rule of the ruleset
 * @param begunBy the request that began the penalty; names it among all others
 * @param untilMillis the penalty's end according to the token's verdict; further requests may have extended it
 */
public record Challenge(ClientId clientId, String penaltyId, DecisionId begunBy, long untilMillis) {
    /** The longest token: a client ID of 256 bytes fits, however it is escaped. */
    public static final int TOKEN_CHARS_MAX = 3_000;
}
