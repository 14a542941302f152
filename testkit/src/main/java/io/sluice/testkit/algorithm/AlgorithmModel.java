package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Charge;

/**
 * An algorithm written down from its definition: slow, exact, and on purpose nothing like the implementation.
 *
 * <p>A model never computes a wait. It only says how things stand a while from now without other requests, and that is
 * enough: a wait is right if the cost is admitted after it and is not one millisecond earlier.
 */
public interface AlgorithmModel {
    long nowMillis();

    /** Lets time pass up to a moment; an earlier one changes nothing. */
    void advance(long toMillis);

    /** Whether {@code cost} tokens can be taken {@code millis} from now. */
    boolean admitsAfter(long millis, long cost);

    /** Tokens that can be taken now; below 0 by those that were taken without being there. */
    long balance();

    default long remaining() {
        return Math.max(0, balance());
    }

    boolean isFullAfter(long millis);

    /** The window in which the capacity is granted, around now. */
    long windowMillis();

    /** The next moment at which time alone changes something; now, if there is none. */
    long boundaryMillis();

    /** How long an admission that is charged now has to be delayed. */
    default long delayMillis() {
        return 0;
    }

    /** Takes tokens, whether they are there or not. */
    void charge(long cost, long slotId);

    void giveBack(Charge charge, long cost);
}
