package io.sluice.schemas.reply;

import io.sluice.schemas.account.Profile;

/** What became of a command to change an account, or what a look at its profile found. */
public record ProfileReply(String correlationId, Outcome outcome) implements Reply {

    /** What became of it. */
    public sealed interface Outcome {}

    /**
     * The profile as it stands.
     *
     * @param tier the tier by which the account is judged
     * @param decidedAtMillis the partition's time
     * @param rulesetRevision in force in the account's partition
     * @param changed whether this command changed it just now
     * @param granted tokens that were given back: as many as were granted, as far as they were in use
     */
    public record Shown(
            Profile profile, String tier, long decidedAtMillis, long rulesetRevision, boolean changed, long granted)
            implements Outcome {}

    /** Nothing changed. */
    public record Refused(RulesReply.Refused refusal) implements Outcome {}
}
