package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * G1: in every window of time, what one limit let through for one scope is at most its capacity and what flowed back.
 *
 * <p>For decisions {@code i <= j} of one limit and scope, at times {@code t}, with rate p tokens per q milliseconds:
 *
 * <pre>
 *   charged(i) + ... + charged(j)  &lt;=  capacity + (t(j) - t(i)) * p / q
 * </pre>
 *
 * <p>All windows are checked in one pass. Let the level be the smallest slack of the windows that end here, in parts of
 * 1/q token: it starts at capacity * q, grows by p each millisecond, never above capacity * q (that is the window that
 * begins here), and falls by q for each token charged. Some window is exceeded exactly when it falls below zero. A token
 * that is given back counts as not charged: the level grows by q, never above capacity * q.
 *
 * <p>The bounds must hold for the whole history: check a history with a change of limits, or of accounts, in pieces. Scopes
 * of several attributes are told apart by what is displayed of them.
 */
public final class NeverOverAdmit implements Guarantee {
    private final Map<String, LimitBound> boundByLimit;

    /** For the limits named here; others are not looked at. */
    public NeverOverAdmit(Map<String, LimitBound> boundByLimit) {
        this.boundByLimit = Map.copyOf(boundByLimit);
    }

    @Override
    public String id() {
        return "G1 NeverOverAdmit";
    }

    @Override
    public void check(List<Decision> decisionsInOrderOfOnePartition) {
        checkRecords(decisionsInOrderOfOnePartition);
    }

    /** Checks a history in which tokens are given back, too. */
    public void checkRecords(List<? extends DecisionRecord> recordsInOrderOfOnePartition) {
        Map<Bucket, Level> levels = new HashMap<>();
        for (DecisionRecord record : recordsInOrderOfOnePartition) {
            if (record instanceof Decision decision && decision.charged() > 0) {
                charge(decision, levels);
            } else if (record instanceof SettlementRecord end) {
                giveBack(end.settlement(), levels);
            }
        }
    }

    private void charge(Decision decision, Map<Bucket, Level> levels) {
        for (LimitStatus limit : decision.judged().limits()) {
            LimitBound bound = boundByLimit.get(limit.id());
            // A limit in shadow that would have refused was not charged.
            if (bound != null && !limit.refused()) {
                Bucket bucket = new Bucket(decision.request().clientId().account(), limit.id(), limit.scope());
                Level full = new Level(decision.judged().decidedAtMillis(), inParts(bound.capacity(), bound));
                levels.put(bucket, charged(decision, bucket, bound, levels.getOrDefault(bucket, full)));
            }
        }
    }

    /** What was never charged as far as this history tells is full, and stays so. */
    private void giveBack(Settlement end, Map<Bucket, Level> levels) {
        for (LimitStatus limit : end.limits()) {
            LimitBound bound = boundByLimit.get(limit.id());
            Bucket bucket = new Bucket(end.clientId().account(), limit.id(), limit.scope());
            if (bound != null) {
                levels.computeIfPresent(bucket, (same, before) -> {
                    if (end.decidedAtMillis() < before.atMillis()) {
                        throw new AssertionError(id() + " is broken at the end of " + end.holdId()
                                + ": time runs backwards, from " + before.atMillis() + " to " + end.decidedAtMillis());
                    }
                    BigInteger capacity = inParts(bound.capacity(), bound);
                    BigInteger after = refilled(before, end.decidedAtMillis(), bound)
                            .add(inParts(end.returned(), bound))
                            .min(capacity);
                    return new Level(end.decidedAtMillis(), after);
                });
            }
        }
    }

    private static BigInteger refilled(Level before, long nowMillis, LimitBound bound) {
        return before.parts()
                .add(BigInteger.valueOf(nowMillis - before.atMillis()).multiply(BigInteger.valueOf(bound.tokens())))
                .min(inParts(bound.capacity(), bound));
    }

    private Level charged(Decision decision, Bucket bucket, LimitBound bound, Level before) {
        long nowMillis = decision.judged().decidedAtMillis();
        if (nowMillis < before.atMillis()) {
            throw broken(decision, "time runs backwards, from " + before.atMillis() + " to " + nowMillis);
        }
        BigInteger after = refilled(before, nowMillis, bound).subtract(inParts(decision.charged(), bound));
        if (after.signum() < 0) {
            throw broken(decision, bucket + " let through more than " + bound + " allows");
        }
        return new Level(nowMillis, after);
    }

    private static BigInteger inParts(long tokens, LimitBound bound) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(bound.periodMillis()));
    }

    private record Bucket(String account, String limitId, String scope) {}

    /** The smallest slack of all windows that end at this moment, in parts of a token. */
    private record Level(long atMillis, BigInteger parts) {}
}
