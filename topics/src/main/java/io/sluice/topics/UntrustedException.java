package io.sluice.topics;

/** A record does not prove that it comes from whom it claims to come from. */
public final class UntrustedException extends Exception {
    public UntrustedException(String message) {
        // Without a stack trace: forged records may come in masses.
        super(message, null, false, false);
    }
}
