package io.sluice.engine.penalty;

/**
 * A penalty that concerns an admission.
 *
 * @param ruleId the rule
 * @param clientId the client that is penalised; empty if all of the account is
 * @param enforced false in shadow: it would have changed the answer, and has not
 * @param rung the rung of the ladder, counted from 1
 * @param rungs how many the ladder has
 * @param action what it does
 * @param untilMillis until when a caller that gets this answer now has to wait
 * @param begunAtOffset the record that began it, by its offset in the log
 */
public record PenaltyMatch(
        String ruleId,
        String clientId,
        boolean enforced,
        int rung,
        int rungs,
        PenaltyAction action,
        long untilMillis,
        long begunAtOffset) {

    /** The same until another moment. */
    public PenaltyMatch until(long otherMillis) {
        return new PenaltyMatch(ruleId, clientId, enforced, rung, rungs, action, otherMillis, begunAtOffset);
    }

    /** Whether it answers in place of the limits. */
    public boolean refuses() {
        return enforced && action.refuses();
    }
}
