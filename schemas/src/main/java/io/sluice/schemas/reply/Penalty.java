package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * A penalty that concerns an admission.
 *
 * @param id the rule of the ruleset
 * @param clientId the client that is penalised; null if all of the account is
 * @param enforced false in shadow: it would have changed the answer, and has not
 * @param rung the rung of the ladder, counted from 1
 * @param rungs how many the ladder has
 * @param action what it does: {@code deny}, {@code challenge} or {@code scale}
 * @param untilMillis when it ends, milliseconds since the epoch
 * @param begunBy the request that began it, as a decision ID; null if that is not known
 * @param challenge the challenge token, which a front end adds; null for none
 */
public record Penalty(
        String id,
        @Nullable String clientId,
        boolean enforced,
        int rung,
        int rungs,
        String action,
        long untilMillis,
        @Nullable String begunBy,
        @Nullable String challenge) {
    /** The action that asks for a challenge. */
    public static final String CHALLENGE = "challenge";

    /** A penalty as the ledger tells of it. */
    public Penalty(
            String id,
            @Nullable String clientId,
            boolean enforced,
            int rung,
            int rungs,
            String action,
            long untilMillis,
            @Nullable String begunBy) {
        this(id, clientId, enforced, rung, rungs, action, untilMillis, begunBy, /* challenge= */ null);
    }

    /** The same with a challenge token. */
    public Penalty with(String token) {
        return new Penalty(id, clientId, enforced, rung, rungs, action, untilMillis, begunBy, token);
    }
}
