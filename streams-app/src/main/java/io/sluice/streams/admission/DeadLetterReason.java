package io.sluice.streams.admission;

/** Why a record was refused. */
public enum DeadLetterReason {
    /** It breaks the wire contract, or lies in the wrong partition. */
    MALFORMED("malformed"),
    /** It claims to be of the control plane, but its signature is not. */
    FORGED("forged"),
    /** It is signed, but its ruleset does not compile; the ruleset before stays in force. */
    INVALID_RULESET("invalid-ruleset"),
    /** It is signed, but is no command that this account could be given here. */
    INVALID_COMMAND("invalid-command"),
    /** It tells that more of a lease was spent than was granted; the lease goes on, and all of it is spent. */
    INVALID_REPORT("invalid-lease-report"),
    /** The answer, or the record of it, would not fit into its topic; nothing has changed. */
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
}
