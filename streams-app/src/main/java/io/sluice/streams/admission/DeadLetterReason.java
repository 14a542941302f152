package io.sluice.streams.admission;

import io.sluice.schemas.reply.WireError;

/** Why a record was refused. */
public enum DeadLetterReason {
    /** It breaks the wire contract, or is in the wrong partition. */
    MALFORMED("malformed"),
    /** It claims to come from the control plane, but its signature does not prove it. */
    FORGED("forged"),
    /** It is signed, but its ruleset does not compile; the ruleset before stays in force. */
    INVALID_RULESET("invalid-ruleset"),
    /** It is signed, but its command is not valid for this account or partition. */
    INVALID_COMMAND("invalid-command"),
    /** It reports more tokens spent than the lease granted; the lease stays open, and all of it counts as spent. */
    INVALID_REPORT("invalid-lease-report"),
    /**
     * It travelled between partitions too often: rules changed, or the statements about its wide limits were too old
     * each time. What it was charged is given back.
     */
    STALE("stale"),
    /** The answer, or its decision record, would not fit into its topic; nothing has changed. */
    ANSWER_TOO_LARGE("answer-too-large"),
    /** The processor failed on it: a defect of Sluice, to be reported. */
    INTERNAL("internal");

    private final String code;

    DeadLetterReason(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }

    /**
     * The code of the error that its sender gets.
     *
     * @param isTravelling whether it carries the request of a caller, who has done nothing wrong
     */
    String errorCode(boolean isTravelling) {
        return switch (this) {
            case INTERNAL -> WireError.INTERNAL;
            case ANSWER_TOO_LARGE -> WireError.ANSWER_TOO_LARGE;
            case STALE -> WireError.UNDECIDED;
            case FORGED -> isTravelling ? WireError.UNDECIDED : WireError.INVALID_REQUEST;
            default -> WireError.INVALID_REQUEST;
        };
    }
}
