package io.sluice.engine.state;

/** The way in which a hold ended. Stored by ordinal: outcomes are only ever added. */
public enum HoldOutcome {
    /** The client kept a part of a reservation, and gave back the rest. */
    COMMITTED("committed"),
    /** The client gave back all of a reservation. */
    CANCELLED("cancelled"),
    /** The client gave back its slots. */
    RELEASED("released"),
    /** Its time was over. */
    EXPIRED("expired"),
    /** The front end reported what it spent of a lease, and gave back the rest. */
    RETURNED("returned");

    private final String code;

    HoldOutcome(String code) {
        this.code = code;
    }

    /** The name on the wire. */
    public String code() {
        return code;
    }
}
