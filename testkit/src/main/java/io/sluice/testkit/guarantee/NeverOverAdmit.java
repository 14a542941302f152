package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Action;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
        checkRecords(decisionsInOrderOfOnePartition);
    }

    /** Checks a history in which tokens are given back, too. */
    public void checkRecords(List<? extends DecisionRecord> recordsInOrderOfOnePartition) {
        Map<Bucket, List<Change>> changes = new LinkedHashMap<>();
        for (DecisionRecord record : recordsInOrderOfOnePartition) {
            if (record instanceof Decision decision && decision.charged() > 0) {
                addCharges(decision, changes);
            } else if (record instanceof SettlementRecord end) {
                addReturns(end.settlement(), changes);
            }
        }
        changes.forEach(this::check);
    }

    private void addCharges(Decision decision, Map<Bucket, List<Change>> changes) {
        for (LimitStatus limit : decision.judged().limits()) {
            // A limit that was exceeded and did not refuse, in shadow or by a tag, was not charged.
            if (boundByLimit.containsKey(limit.id()) && !limit.refused()) {
                Bucket bucket = new Bucket(decision.request().clientId().account(), limit.id(), limit.scope());
                long decidedAtMillis = decision.judged().decidedAtMillis();
                long turnMillis = limit.action() == Action.THROTTLE ? limit.delayMillis() : 0;
                changes.computeIfAbsent(bucket, absent -> new ArrayList<>())
                        .add(new Change(
                                "decision " + decision.decisionId(),
                                decidedAtMillis,
                                decidedAtMillis + turnMillis,
                                -decision.charged()));
            }
        }
    }

    private void addReturns(Settlement end, Map<Bucket, List<Change>> changes) {
        for (LimitStatus limit : end.limits()) {
            if (boundByLimit.containsKey(limit.id())) {
                Bucket bucket = new Bucket(end.clientId().account(), limit.id(), limit.scope());
                changes.computeIfAbsent(bucket, absent -> new ArrayList<>())
                        .add(new Change(
                                "the end of " + end.holdId(),
                                end.decidedAtMillis(),
                                end.decidedAtMillis(),
                                end.returned()));
            }
        }
    }

    private void check(Bucket bucket, List<Change> inOrderOfTheLog) {
        LimitBound bound = Objects.requireNonNull(boundByLimit.get(bucket.limitId()));
        long decidedAtMillis = Long.MIN_VALUE;
        for (Change change : inOrderOfTheLog) {
            if (change.decidedAtMillis() < decidedAtMillis) {
                throw broken(
                        change, "time runs backwards, from " + decidedAtMillis + " to " + change.decidedAtMillis());
            }
            decidedAtMillis = change.decidedAtMillis();
        }
        List<Change> changes = new ArrayList<>(inOrderOfTheLog);
        changes.sort(Comparator.comparingLong(Change::atMillis));
        BigInteger capacity = inParts(bound.capacity(), bound);
        BigInteger level = capacity;
        long atMillis = changes.get(0).atMillis();
        for (Change change : changes) {
            BigInteger refill =
                    BigInteger.valueOf(change.atMillis() - atMillis).multiply(BigInteger.valueOf(bound.tokens()));
            level = level.add(refill)
                    .min(capacity)
                    .add(inParts(change.tokens(), bound))
                    .min(capacity);
            atMillis = change.atMillis();
            if (level.signum() < 0) {
                throw broken(change, bucket + " let through more than " + bound + " allows");
            }
        }
    }

    private AssertionError broken(Change change, String how) {
        return new AssertionError(id() + " is broken at " + change.name() + ": " + how);
    }

    private static BigInteger inParts(long tokens, LimitBound bound) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(bound.periodMillis()));
    }

    private record Bucket(String account, String limitId, String scope) {}

    /**
     * Tokens that were taken, or given back.
     *
     * @param atMillis when that counts: for an admission that was charged in advance, its turn
     * @param tokens below 0 if they were taken
     */
    private record Change(String name, long decidedAtMillis, long atMillis, long tokens) {}
}
