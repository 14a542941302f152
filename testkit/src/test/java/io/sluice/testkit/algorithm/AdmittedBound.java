package io.sluice.testkit.algorithm;

import java.math.BigInteger;

/**
 * Checks the promise of a token bucket from outside: in every window of its history, from any admission to any later
 * one, admitted cost is at most burst + rate * window.
 *
 * <p>With S the cost admitted so far, the promise for the window i..j reads
 * {@code (S[j] q - p t[j]) - (S[i-1] q - p t[i]) <= burst q}; keeping the least value of the second bracket checks all
 * windows that end now at once.
 */
final class AdmittedBound {
    private final BigInteger tokens;
    private final BigInteger period;
    private final BigInteger most;
    private BigInteger admitted = BigInteger.ZERO;
    private BigInteger least;

    AdmittedBound(long tokens, long periodMillis, long burst) {
        this.tokens = BigInteger.valueOf(tokens);
        this.period = BigInteger.valueOf(periodMillis);
        this.most = BigInteger.valueOf(burst).multiply(period);
    }

    /** Adds an admission, no earlier than the one before; returns whether the promise still holds in every window. */
    boolean holdsAfter(long atMillis, long cost) {
        BigInteger refilled = tokens.multiply(BigInteger.valueOf(atMillis));
        BigInteger begin = admitted.multiply(period).subtract(refilled);
        least = least == null ? begin : least.min(begin);
        admitted = admitted.add(BigInteger.valueOf(cost));
        BigInteger end = admitted.multiply(period).subtract(refilled);
        return end.subtract(least).compareTo(most) <= 0;
    }
}
