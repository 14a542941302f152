package io.sluice.client;

/**
 * The name of one request: a number, by which its entry is found, and 128 random bits, which nobody can guess.
 *
 * <p>The sender of a reply with these bits has read the request, or got the bits from the app that answers it.
 */
record CorrelationId(long number, long secretHigh, long secretLow) {

    /** Whether this is the other, in a time that does not depend on how many of the random bits agree. */
    boolean isSameAs(CorrelationId other) {
        long differing = (number ^ other.number) | (secretHigh ^ other.secretHigh) | (secretLow ^ other.secretLow);
        return differing == 0;
    }
}
