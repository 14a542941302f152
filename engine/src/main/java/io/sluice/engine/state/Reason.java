package io.sluice.engine.state;

/** Why an admission was allowed or denied. */
public enum Reason {
    /** Every limit that applies had enough tokens, and all were charged. */
    WITHIN_LIMITS(true, "within-limits"),
    /** The active ruleset has no limit for this admission. */
    NO_LIMIT_APPLIES(true, "no-limit-applies"),
    /** The partition has not got a ruleset yet, so nothing is limited. */
    NO_RULESET(true, "no-ruleset"),
    /** At least one limit had too few tokens; nothing was charged, waiting helps. */
    LIMIT_EXCEEDED(false, "limit-exceeded"),
    /** The cost is above the capacity of at least one limit; nothing was charged, waiting does not help. */
    COST_ABOVE_CAPACITY(false, "cost-above-capacity"),
    /** The account has as many open reservations, or admissions in flight, as it can have; nothing was charged. */
    TOO_MANY_RESERVATIONS(false, "too-many-reservations"),
    /** On an allow list: no limit was checked, and nothing charged. */
    ALLOW_LISTED(true, "allow-listed"),
    /** On a deny list: no limit was checked, and nothing charged. */
    DENY_LISTED(false, "deny-listed"),
    // Idempotency records store the position in this list: a new reason comes last.
    /** At least one limit charged it in advance, and all were charged; it has to wait for its scheduled time. */
    THROTTLED(true, "throttled"),
    /** At least one limit that tags was exceeded, and not charged; all others had enough tokens, and were charged. */
    TAGGED(true, "tagged"),
    /** Only limits that challenge were exceeded; nothing was charged. */
    CHALLENGED(false, "challenged"),
    /** Only the ledger may answer such requests; never the answer to an admission. */
    NOT_LEASABLE(false, "not-leasable"),
    /** What was used is charged in full to every limit that applies. */
    CHARGED(true, "charged"),
    /** At least one limit could not be charged all that was used: its bucket is as far below empty as it may be. */
    CHARGED_IN_PART(true, "charged-in-part"),
    /** Tokens were given back to every limit that applies and takes refunds, as far as they were missing. */
    REFUNDED(true, "refunded"),
    /** A penalty is in force for the client or its account: no limit was checked, and nothing charged. */
    PENALTY(false, "penalty"),
    /** Every limit was charged, and at least one only because it has a grace: it is exceeded. */
    WITHIN_GRACE(true, "within-grace");

    private final boolean allows;
    private final String code;

    Reason(boolean allows, String code) {
        this.allows = allows;
        this.code = code;
    }

    public boolean allows() {
        return allows;
    }

    /** The name on the wire. */
    public String code() {
        return code;
    }
}
