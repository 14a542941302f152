package io.sluice.topics;

/** An exception for a record without a valid signature. */
public final class UntrustedException extends Exception {
    public UntrustedException(String message) {
        // Without a stack trace: forged records may come in masses.
        super(message, null, false, false);
    }
}
