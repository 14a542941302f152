package io.sluice.engine.ledger;

import io.sluice.engine.profile.AccountProfile;

/** The result of a command to change an account. */
public sealed interface ProfileResult {
    /** The change is made as soon as the event is applied. */
    record Accepted(ProfileEvent event) implements ProfileResult {}

    /** The same command made this version; nothing is to be done. */
    record Repeated(AccountProfile profile) implements ProfileResult {}

    /**
     * A refusal, which changes nothing.
     *
     * @param detail the offending value and what was expected
     */
    record Refused(Refusal refusal, String detail) implements ProfileResult {}

    /** Why a command is refused. */
    enum Refusal {
        /** The profile's version is not the one that the author saw. */
        STALE_VERSION,
        UNKNOWN_TIER,
        UNKNOWN_LIMIT,
        /** The limit has no such bucket in this account. */
        UNKNOWN_BUCKET,
        /** It would have ended before it begins. */
        ALREADY_OVER,
        /** The profile has this setting already. */
        UNCHANGED,
        TOO_MANY_OVERRIDES,
        /** Nothing of this limit can be granted by hand. */
        NOT_GRANTABLE,
        /** There is nothing to pardon. */
        NOT_PENALISED,
        /** The penalty whose challenge was passed is over, was lifted before, or asks for no challenge. */
        CHALLENGE_OVER,
        /** A limit of this algorithm has no credits. */
        NOT_CREDITABLE,
        /** An open credit of the account has this name. */
        CREDIT_EXISTS,
        UNKNOWN_CREDIT,
        TOO_MANY_CREDITS
    }
}
