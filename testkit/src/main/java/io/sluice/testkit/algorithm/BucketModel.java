package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.TokenBucket;
import java.math.BigInteger;

/**
 * A token bucket written down from its definition: a level, which grows by rate * time up to the burst.
 *
 * <p>Slow and exact, and on purpose nothing like {@link TokenBucket}. It holds what is there instead of what is
 * missing, in units of 1/period of the rate as it was given (not in lowest terms). It never computes a wait; it only
 * computes the level after one.
 */
final class BucketModel {
    private final BigInteger tokens;
    private final BigInteger period;
    private final BigInteger capacity;
    private BigInteger level;
    private long nowMillis;

    BucketModel(long tokens, long periodMillis, long burst, long nowMillis) {
        this.tokens = BigInteger.valueOf(tokens);
        this.period = BigInteger.valueOf(periodMillis);
        this.capacity = BigInteger.valueOf(burst).multiply(period);
        this.level = capacity;
        this.nowMillis = nowMillis;
    }

    long nowMillis() {
        return nowMillis;
    }

    void advance(long toMillis) {
        if (toMillis > nowMillis) {
            level = levelAfter(toMillis - nowMillis);
            nowMillis = toMillis;
        }
    }

    boolean take(long cost) {
        boolean admitted = holds(level, cost);
        if (admitted) {
            debit(cost);
        }
        return admitted;
    }

    /** Takes tokens, whether they are there or not. */
    void debit(long cost) {
        level = level.subtract(scaled(cost));
    }

    /** The first moment at which there is another whole token; now, if there is room for none. */
    long nextTokenMillis() {
        if (isFull()) {
            return nowMillis;
        }
        BigInteger missing = period.subtract(level.mod(period));
        return nowMillis
                + missing.add(tokens).subtract(BigInteger.ONE).divide(tokens).longValueExact();
    }

    long remaining() {
        return Math.max(0, balance());
    }

    /** Whole tokens, rounded down also below empty. */
    long balance() {
        return level.subtract(level.mod(period)).divide(period).longValueExact();
    }

    boolean isFull() {
        return level.equals(capacity);
    }

    boolean isFullAfter(long millis) {
        return levelAfter(millis).equals(capacity);
    }

    /** Whether {@code cost} tokens will be there {@code millis} from now. */
    boolean holdsAfter(long millis, long cost) {
        return holds(levelAfter(millis), cost);
    }

    private boolean holds(BigInteger someLevel, long cost) {
        return cost == 0 || someLevel.compareTo(scaled(cost)) >= 0;
    }

    private BigInteger levelAfter(long millis) {
        return level.add(tokens.multiply(BigInteger.valueOf(millis))).min(capacity);
    }

    private BigInteger scaled(long count) {
        return BigInteger.valueOf(count).multiply(period);
    }
}
