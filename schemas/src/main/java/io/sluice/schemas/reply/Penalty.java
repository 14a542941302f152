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
 */
public record Penalty(
        String id, @Nullable String clientId, boolean enforced, int rung, int rungs, String action, long untilMillis) {}
