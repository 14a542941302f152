package io.sluice.schemas.reply;

import io.sluice.schemas.account.Profile;

/** The result of a command to change an account, or of a query for its profile. */
public record ProfileReply(String correlationId, Outcome outcome) implements Reply {

    /** The result. */
    public sealed interface Outcome {}

    /**
     * The profile as it stands.
     *
     * @param tier the tier that applies to the account
     * @param decidedAtMillis the partition's time
     * @param rulesetRevision in force in the account's partition
     * @param changed whether this command has just changed it
     * @param granted tokens that were given back: as many as the command grants, at most those in use
     */
    public record Shown(
            Profile profile, String tier, long decidedAtMillis, long rulesetRevision, boolean changed, long granted)
            implements Outcome {}

    /** Nothing changed. */
    public record Refused(RulesReply.Refused refusal) implements Outcome {}
}
