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
    private final List<Taken> history = new ArrayList<>();
    /** Rising. */
    private final List<BigInteger> departures = new ArrayList<>();

    private long nowMillis;

    private record Taken(long atMillis, long slotId, long tokens) {}

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

    private BigInteger lastDeparture(BigInteger now) {
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
        return cost == 0 || waitingAfter(millis) + cost <= queue;
    }

    @Override
    public long balance() {
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
        return roundedUp(lastDeparture(time(nowMillis))).longValueExact() - nowMillis;
    }

    @Override
    public void charge(long cost, long slotId) {
        Taken taken = new Taken(nowMillis, slotId, cost);
        history.add(taken);
        queueUp(taken);
    }

    private void queueUp(Taken taken) {
        for (long token = 0; token < taken.tokens(); token++) {
            departures.add(lastDeparture(time(taken.atMillis())).add(period));
        }
    }

    /** A request that gives tokens back was never in the queue, and everything behind it moves up. */
    @Override
    public void giveBack(Charge charge, long cost) {
        history.replaceAll(taken -> taken.slotId() == charge.slotId()
                ? new Taken(taken.atMillis(), taken.slotId(), taken.tokens() - cost)
                : taken);
        departures.clear();
        history.forEach(this::queueUp);
        advance(nowMillis);
    }
}
