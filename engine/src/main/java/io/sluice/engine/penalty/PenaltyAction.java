package io.sluice.engine.penalty;

/** The effect of a penalty; later ones are stricter. */
public enum PenaltyAction {
    /** Every limit takes more than the cost, as if it were smaller. */
    SCALE("scale"),
    /** Requests are refused until the caller passes a challenge. */
    CHALLENGE("challenge"),
    /** Requests are refused. */
    DENY("deny");

    private final String code;

    PenaltyAction(String code) {
        this.code = code;
    }

    /** The name in a ruleset and on the wire. */
    public String code() {
        return code;
    }

    /** Whether no request gets through, whatever the limits say. */
    public boolean refuses() {
        return this != SCALE;
    }
}
