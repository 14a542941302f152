package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.request.LeaseTerms;
import io.sluice.schemas.request.RequestMode;
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
 * begins here), and falls by q for each token charged. Some window is exceeded exactly when it falls below zero. A
 * token that a credit pays is not charged here, and one that a hold gives back was never charged; a refund is a charge
 * of less than nothing, at its own time.
 *
 * <p>What was done already is charged although the level falls below zero, but never below the limit's overdraft. So
 * there are two bounds: an admission that asked first leaves a level of at least zero, whatever debt came before it. A
 * charge for what is done leaves a level of at least {@code -overdraft * q}. A limit with a grace is checked with that
 * in place of zero, and with the larger of both.
 *
 * <p>The bounds must hold for the whole history: check a history with a change of limits, or of accounts, in pieces.
 * Scopes of several attributes are distinguished by their displayed values.
 */
public final class NeverOverAdmit implements Guarantee {
    private final Map<String, LimitBound> boundByLimit;

    /** For the limits named here; others are not checked. */
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
        Map<Bucket, List<Charge>> charges = new LinkedHashMap<>();
        for (DecisionRecord record : recordsInOrderOfOnePartition) {
            if (record instanceof Decision decision) {
                addCharges(decision, charges);
            } else if (record instanceof LeaseRecord lease && lease.charged() > 0) {
                addCharges(lease, charges);
            } else if (record instanceof LeaseReportRecord report) {
                takeBack(report, charges);
            } else if (record instanceof BatchDecision batch) {
                addCharges(batch, charges);
            } else if (record instanceof SettlementRecord end) {
                takeBack(end.settlement(), charges);
            }
        }
        charges.forEach(this::check);
    }

    private void addCharges(Decision decision, Map<Bucket, List<Charge>> charges) {
        boolean asked = decision.request().mode() == RequestMode.CHECK;
        boolean counts = !decision.details().replayed() && decision.details().allowed();
        for (LimitStatus limit : decision.details().limits()) {
            Long metered = limit.charged();
            long tokens = !counts ? 0 : (metered == null ? decision.charged() : metered) - limit.paidByCredits();
            // A limit that was exceeded and did not refuse, in shadow or by a tag, was not charged.
            if (tokens != 0 && boundByLimit.containsKey(limit.id()) && !limit.refused()) {
                Bucket bucket = new Bucket(decision.request().clientId().account(), limit.id(), limit.scope());
                long decidedAtMillis = decision.details().decidedAtMillis();
                long delayMillis = limit.action() == ExceedAction.THROTTLE ? limit.delayMillis() : 0;
                long coming = metered == null ? comingTokens(decision, limit) : 0;
                List<Charge> ofBucket = charges.computeIfAbsent(bucket, absent -> new ArrayList<>());
                String name = coming == 0 ? decision.decisionId() : decision.decisionId() + " itself";
                ofBucket.add(new Charge(name, decidedAtMillis, decidedAtMillis + delayMillis, tokens - coming, asked));
                if (coming > 0) {
                    long lastMillis = decidedAtMillis
                            + Objects.requireNonNull(decision.lent()).overMillis();
                    ofBucket.add(new Charge(decision.decisionId(), decidedAtMillis, lastMillis, coming, asked));
                }
            }
        }
    }

    /** The tokens of a lease that the limit had not yet, and that count when they come. */
    private static long comingTokens(Decision decision, LimitStatus limit) {
        LeaseTerms lent = decision.lent();
        boolean isThere = lent == null || lent.overMillis() == 0 || limit.remaining() >= lent.tokens();
        return isThere ? 0 : decision.granted();
    }

    private void addCharges(LeaseRecord lease, Map<Bucket, List<Charge>> charges) {
        long atMillis = lease.details().decidedAtMillis();
        String account = lease.request().admission().clientId().account();
        for (LimitStatus limit : lease.details().limits()) {
            if (boundByLimit.containsKey(limit.id())) {
                charges.computeIfAbsent(new Bucket(account, limit.id(), limit.scope()), absent -> new ArrayList<>())
                        .add(new Charge(lease.decisionId(), atMillis, atMillis, lease.charged(), true));
            }
        }
    }

    /** A lease charged every limit that applied, and all of them get the same back. */
    private static void takeBack(LeaseReportRecord report, Map<Bucket, List<Charge>> charges) {
        for (List<Charge> ofBucket : charges.values()) {
            ofBucket.replaceAll(
                    charge -> charge.name().equals(report.leaseId()) ? charge.without(report.returned()) : charge);
        }
    }

    private void addCharges(BatchDecision batch, Map<Bucket, List<Charge>> charges) {
        boolean asked = batch.request().checks().get(0).mode() == RequestMode.CHECK;
        long atMillis = batch.details().decidedAtMillis();
        for (BatchCharge charge : batch.charges()) {
            long tokens = charge.tokens() - paidByCredits(charge, batch);
            if (tokens != 0 && boundByLimit.containsKey(charge.limitId())) {
                Bucket bucket = new Bucket(batch.request().account(), charge.limitId(), charge.scope());
                charges.computeIfAbsent(bucket, absent -> new ArrayList<>())
                        .add(new Charge(batch.decisionId(), atMillis, atMillis, tokens, asked));
            }
        }
    }

    private static long paidByCredits(BatchCharge charge, BatchDecision batch) {
        for (LimitStatus limit : batch.details().limits()) {
            if (limit.id().equals(charge.limitId()) && limit.scope().equals(charge.scope())) {
                return limit.paidByCredits();
            }
        }
        return 0;
    }

    private void takeBack(Settlement end, Map<Bucket, List<Charge>> charges) {
        for (LimitStatus limit : end.limits()) {
            Bucket bucket = new Bucket(end.clientId().account(), limit.id(), limit.scope());
            List<Charge> ofBucket = charges.getOrDefault(bucket, List.of());
            for (int i = 0; i < ofBucket.size(); i++) {
                Charge charge = ofBucket.get(i);
                if (charge.name().equals(end.holdId()) && end.decidedAtMillis() < charge.decidedAtMillis()) {
                    throw broken(charge, "time runs backwards, to its end at " + end.decidedAtMillis());
                }
                if (charge.name().equals(end.holdId())) {
                    // What went back to credits was not charged here; a credit that paid more is in neither.
                    ofBucket.set(i, charge.without(end.returned() + Math.min(0, limit.paidByCredits())));
                }
            }
            long more = limit.charged() == null ? 0 : limit.charged() - limit.paidByCredits();
            if (more > 0 && boundByLimit.containsKey(limit.id())) {
                long atMillis = end.decidedAtMillis();
                charges.computeIfAbsent(bucket, absent -> new ArrayList<>())
                        .add(new Charge(end.holdId() + " kept more", atMillis, atMillis, more, false));
            }
        }
    }

    private void check(Bucket bucket, List<Charge> inOrderOfTheLog) {
        LimitBound bound = Objects.requireNonNull(boundByLimit.get(bucket.limitId()));
        long decidedAtMillis = Long.MIN_VALUE;
        for (Charge charge : inOrderOfTheLog) {
            if (charge.decidedAtMillis() < decidedAtMillis) {
                throw broken(
                        charge, "time runs backwards, from " + decidedAtMillis + " to " + charge.decidedAtMillis());
            }
            decidedAtMillis = charge.decidedAtMillis();
        }
        List<Charge> charges = new ArrayList<>(inOrderOfTheLog);
        charges.sort(Comparator.comparingLong(Charge::atMillis));
        BigInteger capacity = inParts(bound.capacity(), bound);
        BigInteger level = capacity;
        long atMillis = charges.get(0).atMillis();
        for (Charge charge : charges) {
            BigInteger refill =
                    BigInteger.valueOf(charge.atMillis() - atMillis).multiply(BigInteger.valueOf(bound.tokens()));
            level = level.add(refill)
                    .min(capacity)
                    .subtract(inParts(charge.tokens(), bound))
                    .min(capacity);
            atMillis = charge.atMillis();
            long below = charge.foundItsTokens() ? bound.grace() : Math.max(bound.grace(), bound.overdraft());
            BigInteger lowest = inParts(-below, bound);
            if (charge.tokens() > 0 && level.compareTo(lowest) < 0) {
                throw broken(charge, bucket + " let through more than " + bound + " allows");
            }
        }
    }

    private AssertionError broken(Charge charge, String how) {
        return new AssertionError(id() + " is broken at decision " + charge.name() + ": " + how);
    }

    private static BigInteger inParts(long tokens, LimitBound bound) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(bound.periodMillis()));
    }

    private record Bucket(String account, String limitId, String scope) {}

    /**
     * Tokens that were taken and not given back.
     *
     * @param atMillis when the charge counts: for an admission that was charged in advance, its scheduled time
     * @param asked whether it was asked for first, and would have been refused without tokens
     */
    private record Charge(String name, long decidedAtMillis, long atMillis, long tokens, boolean asked) {
        /** Between its decision and its scheduled time, a charge for what is done may have gone below empty. */
        boolean foundItsTokens() {
            return asked && atMillis == decidedAtMillis;
        }

        Charge without(long returned) {
            return new Charge(name, decidedAtMillis, atMillis, Math.max(0, tokens - returned), asked);
        }
    }
}
