package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Charge;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A leaky bucket as the queue that it is: the departure times of the single tokens that wait, in exact fractions.
 *
 * <p>Times are counted in 1/tokens of a millisecond, for {@code tokens} per {@code period} as they were given: so one
 * token takes exactly {@code period} of them to leave.
 */
public final class LeakyModel implements AlgorithmModel {
    private final BigInteger tokens;
    private final BigInteger period;
    private final int queue;
    /** Rising. */
    private final List<BigInteger> departures = new ArrayList<>();

    private long nowMillis;

    public LeakyModel(long tokens, long periodMillis, int queue, long nowMillis) {
        this.tokens = BigInteger.valueOf(tokens);
        this.period = BigInteger.valueOf(periodMillis);
        this.queue = queue;
        this.nowMillis = nowMillis;
    }

    private BigInteger time(long millis) {
        return tokens.multiply(BigInteger.valueOf(millis));
    }

    /** The first whole millisecond that is not before a time. */
    private BigInteger roundedUp(BigInteger time) {
        return time.add(tokens).subtract(BigInteger.ONE).divide(tokens);
    }

    private long waitingAfter(long millis) {
        BigInteger then = time(nowMillis + millis);
        long waiting = 0;
        for (BigInteger departure : departures) {
            waiting += departure.compareTo(then) > 0 ? 1 : 0;
        }
        return waiting;
    }

    private BigInteger lastDeparture() {
        BigInteger now = time(nowMillis);
        return departures.isEmpty()
                ? now
                : departures.get(departures.size() - 1).max(now);
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public void advance(long toMillis) {
        nowMillis = Math.max(nowMillis, toMillis);
        departures.removeIf(departure -> departure.compareTo(time(nowMillis)) <= 0);
    }

    @Override
    public boolean admitsAfter(long millis, long cost) {
        return waitingAfter(millis) + cost <= queue;
    }

    @Override
    public long remaining() {
        return queue - waitingAfter(0);
    }

    @Override
    public boolean isFullAfter(long millis) {
        return waitingAfter(millis) == 0;
    }

    @Override
    public long windowMillis() {
        return roundedUp(period.multiply(BigInteger.valueOf(queue))).longValueExact();
    }

    @Override
    public long boundaryMillis() {
        return departures.isEmpty() ? nowMillis : roundedUp(departures.get(0)).longValueExact();
    }

    @Override
    public long delayMillis() {
        return roundedUp(lastDeparture()).longValueExact() - nowMillis;
    }

    @Override
    public void charge(long cost, long slotId) {
        for (long token = 0; token < cost; token++) {
            departures.add(lastDeparture().add(period));
        }
    }

    /** Who gives tokens back leaves the queue, and everybody behind moves up: the queue gets shorter at its end. */
    @Override
    public void giveBack(Charge charge, long cost) {
        for (long token = 0; token < cost && !departures.isEmpty(); token++) {
            departures.remove(departures.size() - 1);
        }
    }
}
