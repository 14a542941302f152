package io.sluice.streams.usage;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The number of requests in each of the last time buckets, and the rule whether a further count is unusual.
 *
 * <p>The rule is a z-score: a count is a spike if it is more than {@code z} standard deviations above the mean. All of
 * it is whole numbers. With {@code n} buckets, their sum {@code S} and the sum of their squares {@code Q}, a count
 * {@code x} is a spike if
 *
 * <pre>
 *   n·x &gt; S   and   (n·x − S)² &gt; z² · D   where   D = max(n·Q − S², n·S, n²)
 * </pre>
 *
 * <p>{@code n·Q − S²} is {@code n²} times the variance. The other two terms raise it to at least the mean, which is
 * the variance of pure chance, and to at least 1. So an account that always makes the same number of requests may
 * make a few more.
 *
 * <p>Also, a spike begins only with a count that is more than a tenth above the largest one. So regular bursts, such
 * as those of a job, are usual. A spike that has begun lasts while the z-score rule holds, because its own buckets
 * are then among the counts.
 */
final class RequestSeries {
    private static final BigInteger MILLI_SQUARED = BigInteger.valueOf(1_000_000);
    /** A spike exceeds the largest count by more than this part of it, since regular bursts differ a little. */
    private static final long LARGEST_PARTS = 10;

    /** Oldest first. */
    private long[] counts;

    private boolean raised;
    private long alertedAtMillis;

    RequestSeries() {
        this(new long[0], false, Long.MIN_VALUE);
    }

    /**
     * A series as its store has it.
     *
     * @param raised whether the last alert is about a spike that still goes on
     * @param alertedAtMillis when that was; {@link Long#MIN_VALUE} for never
     */
    RequestSeries(long[] counts, boolean raised, long alertedAtMillis) {
        this.counts = counts;
        this.raised = raised;
        this.alertedAtMillis = alertedAtMillis;
    }

    /** The usual number of requests, for an alert. */
    record Usual(long requests, long deviation, int buckets) {}

    /** Whether a bucket with this many requests so far raises an alert; it does so once. */
    boolean isAlertDue(long requests, long atMillis, SpikeBounds bounds) {
        return !raised && !isCoolingDown(atMillis, bounds) && isSpike(requests, bounds);
    }

    private boolean isCoolingDown(long atMillis, SpikeBounds bounds) {
        return alertedAtMillis != Long.MIN_VALUE
                && atMillis - alertedAtMillis < bounds.coolDown().toMillis();
    }

    /** Whether such a spike begins. */
    boolean isSpike(long requests, SpikeBounds bounds) {
        return isUnusual(requests, bounds) && isAboveLargest(requests);
    }

    private boolean isAboveLargest(long requests) {
        long largest = 0;
        for (long count : counts) {
            largest = Math.max(largest, count);
        }
        return requests - largest > largest / LARGEST_PARTS;
    }

    private boolean isUnusual(long requests, SpikeBounds bounds) {
        if (requests < bounds.requestsMin() || counts.length < bounds.bucketsMin()) {
            return false;
        }
        BigInteger above = BigInteger.valueOf(counts.length)
                .multiply(BigInteger.valueOf(requests))
                .subtract(sum());
        BigInteger z = BigInteger.valueOf(bounds.zScoreMilli());
        return above.signum() > 0
                && above.pow(2).multiply(MILLI_SQUARED).compareTo(z.pow(2).multiply(spread())) > 0;
    }

    private BigInteger sum() {
        BigInteger sum = BigInteger.ZERO;
        for (long count : counts) {
            sum = sum.add(BigInteger.valueOf(count));
        }
        return sum;
    }

    /** The square of the number of buckets times the variance: what {@code D} is above. */
    private BigInteger spread() {
        BigInteger n = BigInteger.valueOf(counts.length);
        BigInteger sum = sum();
        BigInteger squares = BigInteger.ZERO;
        for (long count : counts) {
            squares = squares.add(BigInteger.valueOf(count).pow(2));
        }
        return n.multiply(squares).subtract(sum.pow(2)).max(n.multiply(sum)).max(n.pow(2));
    }

    Usual usual() {
        BigInteger n = BigInteger.valueOf(counts.length);
        BigInteger half = n.shiftRight(1);
        BigInteger[] deviation = spread().sqrtAndRemainder();
        BigInteger rounded = deviation[1].signum() == 0 ? deviation[0] : deviation[0].add(BigInteger.ONE);
        return new Usual(
                sum().add(half).divide(n).longValueExact(),
                rounded.add(n).subtract(BigInteger.ONE).divide(n).longValueExact(),
                counts.length);
    }

    void alerted(long atMillis) {
        raised = true;
        alertedAtMillis = atMillis;
    }

    /** Adds a bucket that has ended; a spike ends with the first bucket that is not unusual. */
    void add(long requests, SpikeBounds bounds) {
        if (raised && !isUnusual(requests, bounds)) {
            raised = false;
        }
        int kept = Math.min(counts.length, bounds.bucketsKept() - 1);
        long[] longer = Arrays.copyOfRange(counts, counts.length - kept, counts.length + 1);
        longer[kept] = requests;
        counts = longer;
    }

    /** Whether it has no request at all. */
    boolean isSilent() {
        for (long count : counts) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }

    long[] counts() {
        return counts.clone();
    }

    boolean isRaised() {
        return raised;
    }

    long alertedAtMillis() {
        return alertedAtMillis;
    }
}
