package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.LimitStatus;
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
 * begins here), and falls by q for each token charged. Some window is exceeded exactly when it falls below zero.
 *
 * <p>The bounds must hold for the whole history: check a history with a change of limits in pieces. Scopes of several
 * attributes are told apart by what is displayed of them.
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
        Map<Bucket, Level> levels = new HashMap<>();
        for (Decision decision : decisionsInOrderOfOnePartition) {
            if (decision.charged() == 0) {
                continue;
            }
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
    }

    private Level charged(Decision decision, Bucket bucket, LimitBound bound, Level before) {
        long nowMillis = decision.judged().decidedAtMillis();
        if (nowMillis < before.atMillis()) {
            throw broken(decision, "time runs backwards, from " + before.atMillis() + " to " + nowMillis);
        }
        BigInteger capacity = inParts(bound.capacity(), bound);
        BigInteger after = before.parts()
                .add(BigInteger.valueOf(nowMillis - before.atMillis()).multiply(BigInteger.valueOf(bound.tokens())))
                .min(capacity)
                .subtract(inParts(decision.charged(), bound));
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
