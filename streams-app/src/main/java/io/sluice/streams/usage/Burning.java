package io.sluice.streams.usage;

/**
 * A limit of an account that burns, or has burnt lately.
 *
 * @param lastMillis the last minute in which it burnt
 * @param alertedAtMillis when an alert said so last
 * @param isAlerted whether that alert was about this burn, not an earlier one
 */
record Burning(long lastMillis, long alertedAtMillis, boolean isAlerted) {
    /** Before every time: nothing was ever alerted. */
    static final long NEVER = Long.MIN_VALUE;
}
