package io.sluice.engine.ledger;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import io.sluice.engine.wide.WideStatement.Lent;
import io.sluice.engine.wide.WideWish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The granting of leases: reads the store, and returns the changes.
 *
 * <p>A lease is tokens that are debited at once from every limit that applies, as one admission of that cost would. A
 * front end spends them until the lease's time is over. To the ledger they are spent from the start. So whatever
 * happens to the front end, nothing is admitted twice. Tokens that it reports in time as unspent go back like the rest
 * of a reservation.
 *
 * <p><b>How much.</b> For waiting callers: their cost, or all that the bucket has. Granting less and refusing the
 * rest equals deciding them one by one. As prefetch for later callers: at most a quarter of what is left after that.
 * So each of several front ends finds three quarters of what the one before it found, and none is starved. Example:
 * with 1,000 tokens, no waiting callers and a requested prefetch of 600, the first front end gets 250, the next 187,
 * the next 140. When the quarter is less than a sixteenth of the requested prefetch, the bucket is nearly used up,
 * and no prefetch is granted. From then on each caller is decided exactly.
 *
 * <p><b>How long.</b> As requested. But tokens of a fixed window must be spent within it, so the lease ends with the
 * first window of such a limit. For other limits a token may be spent later than it was debited by the lease's time at
 * most: in any window W at most burst + rate &times; (W + lease time) is admitted.
 *
 * <p><b>Beside a verdict.</b> A front end may take a lease with the answer to a single request. How much it gets
 * depends on the limits, not on a prediction. It is a quarter of what is left at most, and what flows back in the
 * lease's time, or a {@link #PART} of the capacity where that is more. Of a bucket that other clients use as well, only
 * what is left above half of its capacity is lent, so that clients that do not come again cannot use it up. With a
 * bucket of 100 and 10 per second, the first request of a client takes 1, and 24 of the 99 that are left are lent
 * beside its verdict for 10 s. The request and the lease are debited in one step, as one charge.
 *
 * <p><b>Tokens that come.</b> Where a client wants more than its rate, there is nothing to lend but what flows back. A
 * front end that has just refused requests may take that in advance: 25 tokens that come over 2.5 s, one each 100 ms.
 * They are charged as an admission that waits for them would be, so nobody else is let through on them. The front end
 * spends each one when it is there, and no sooner. So whatever moment one looks at, no more is admitted than by single
 * requests. Only the client's own token buckets give such leases; other limits that apply have to lend what is there.
 *
 * <p><b>Of wide buckets.</b> A request that visits wide buckets carries a wish: what the account's own limits would
 * lend. Each owner charges as much beside the cost as it lends, by the same rules, but at most a {@link #WIDE_SHARE}
 * of what is above half of the capacity. The lease is the least of all. It holds those tokens as vouchers, which end
 * with it. Its time begins with the request: what that was on the road for is over, and where less than half of the
 * time is left, there is no lease. Without one, all that was charged for it goes back with the verdict. A front end
 * that asks for a lease alone gets none of wide buckets: the next request brings one.
 *
 * <p>No lease is granted if a limit is exact, records each admission, counts requests in flight, or queues; if
 * accounts share an overflow bucket, since nothing goes back to it; for a client that is listed or penalised; for a
 * tier that a health signal browns out; beyond {@link AccountHolds#LEASES_MAX}.
 *
 * <p>Credits are never lent. While a limit has a credit that comes before its own tokens, it is not leasable.
 * Otherwise a lease has the limit's own tokens; when these do not suffice, each admission goes to the ledger. Credits
 * of a limit that has enough tokens of its own do not affect leases and denials of other limits.
 */
final class LeaseGrants {
    /** One front end gets at most this part of what is left. */
    private static final long SHARE = 4;
    /** Less than this part of the requested prefetch is not worth a lease. */
    private static final long WORTH = 16;

    /** A lease beside a verdict may have at least this part of the capacity, however slowly it flows back. */
    private static final long PART = 64;
    /** Fewer tokens that come are not worth a lease. */
    private static final long COMING_MIN = 2;
    /** Beside verdicts, a bucket of several clients keeps this part of its capacity. */
    private static final long KEPT = 2;
    /** With this part of its time spent between partitions, a lease is not worth its records. */
    private static final long ROAD_PART = 2;
    /** Of a bucket that all accounts share, one front end gets at most this part of what is lent. */
    private static final long WIDE_SHARE = 16;
    /**
     * An account with so many open leases gets no more tokens of wide buckets: what one record of the log can end is
     * bounded by it.
     */
    static final int WIDE_LEASES_MAX = 1_000;

    private final LedgerStore store;
    private final HoldLifecycle holds;
    private final BucketResolver resolver;

    LeaseGrants(LedgerStore store, HoldLifecycle holds, BucketResolver resolver) {
        this.store = store;
        this.holds = holds;
        this.resolver = resolver;
    }

    /** Decides a request for a lease; changes nothing. */
    LeaseResult decide(LeaseDemand ask, AccountTimeline timeline, PartitionClock clock, long nowMillis, long offset) {
        Admission admission = ask.admission().reserving(ask.ttlMillis()).atOnce();
        Listing listing = timeline.listing(admission, nowMillis);
        if (listing != null) {
            return listed(admission, timeline, listing, clock, nowMillis);
        }
        PenaltyDecisions penalties = PenaltyDecisions.of(admission, timeline, store, clock, nowMillis);
        PenaltyMatch penalty = penalties.match();
        if (penalty != null && penalty.refuses()) {
            return refused(penalties.outcome(timeline, penalty));
        }
        if ((penalty != null && penalty.enforced()) || timeline.isBrownedOut(nowMillis)) {
            return refused(admission, timeline, Reason.NOT_LEASABLE, List.of(), nowMillis);
        }
        AccountCredits credits = AccountCredits.of(admission.account(), timeline, store, nowMillis);
        if (timeline.meetsWideLimits(admission)) {
            return refused(admission, timeline, Reason.NOT_LEASABLE, List.of(), nowMillis);
        }
        Evaluation peek = Evaluation.of(admission.costing(0), timeline, resolver, clock, credits);
        for (LimitCheck check : peek.checks()) {
            if (!isLeasable(check, admission)) {
                return refused(admission, timeline, Reason.NOT_LEASABLE, peek.uncharged(), nowMillis);
            }
        }
        long tokens = tokens(ask, available(peek, admission));
        if (tokens < wanted(ask) && hasMore(peek, ask)) {
            return refused(admission, timeline, Reason.NOT_LEASABLE, peek.uncharged(), nowMillis);
        }
        if (tokens == 0) {
            // For a request of at least one token, the limits report how long to wait.
            Evaluation wanting = peek.of(admission.costing(Math.max(1, admission.cost())));
            return refused(admission, timeline, Reason.LIMIT_EXCEEDED, wanting.uncharged(), nowMillis);
        }
        long ttlMillis = ttlMillis(ask, peek);
        Admission debit = admission.costing(tokens).reserving(ttlMillis);
        Evaluation evaluation = peek.of(debit);
        HoldOpening opening = HoldOpening.ofLease(debit, evaluation, nowMillis, offset);
        if (opening.freeAtMillis(store, holds) > 0) {
            return refused(admission, timeline, Reason.NOT_LEASABLE, peek.uncharged(), nowMillis);
        }
        Charging charging = new Charging(debit, offset);
        Outcome outcome = new Outcome(
                nowMillis,
                timeline.revision(),
                timeline.tier(),
                tokens,
                evaluation.reason(),
                evaluation.charged(charging),
                HoldGrant.NONE,
                null);
        return new LeaseResult(
                tokens,
                ttlMillis,
                new AdmissionResult.Decided(
                        outcome,
                        charging.changes(),
                        null,
                        opening.newHolds(timeline, store),
                        charging.alerts(),
                        charging.counts()));
    }

    /** Whether all limits lend, though perhaps nothing now. */
    static boolean lend(Evaluation evaluation, Admission admission) {
        if (!evaluation.wideLend()) {
            return false;
        }
        for (LimitCheck check : evaluation.checks()) {
            if (!isLeasable(check, admission)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether requests beyond what is left can only be denied until tokens have flowed back. Otherwise only the
     * ledger can answer: a limit may have another action, a credit may pay, or a grace may admit the request.
     */
    static boolean denyPlainly(Evaluation evaluation, Admission admission) {
        for (LimitCheck check : evaluation.checks()) {
            if (check.limit().exceedPolicy().action() != OnExceed.DENY
                    || check.resolved().credits().left() > 0
                    || meetsGrace(check, admission)) {
                return false;
            }
        }
        return true;
    }

    /** Whether after this admission only the grace is left. */
    private static boolean meetsGrace(LimitCheck check, Admission admission) {
        return available(check, admission) - check.cost() < 1 && check.hasGraceLeft(admission);
    }

    /**
     * The lease beside the verdict that allows an admission, whose limits lend; null for none.
     *
     * @param alone what the limits said of the admission alone
     */
    @Nullable LentBeside beside(LeaseDemand ask, Evaluation alone, AccountTimeline rules, long nowMillis, long offset) {
        Admission admission = ask.admission();
        boolean isWide = !alone.wides().isEmpty();
        long tokens = isWide ? wish(ask, alone) : offered(ask, alone);
        long ttlMillis = ttlMillis(ask, alone);
        for (WideCheck check : alone.wides()) {
            Lent lent = check.lent(rules.revision());
            tokens = lent == null ? 0 : Math.min(tokens, lent.tokens());
            ttlMillis = lent == null ? 0 : Math.min(ttlMillis, lent.ttlMillis());
        }
        boolean comes = tokens <= 0 && !isWide && ask.overMillis() > 0;
        tokens = comes ? coming(ask, alone) : tokens;
        // The front end counts from its request on, and so does the hold: what it was on the road for is over.
        long leftMillis = ttlMillis - ask.roadMillis();
        if (tokens <= 0 || leftMillis < ttlMillis - ttlMillis / ROAD_PART) {
            return null;
        }
        Admission debit = admission.costing(admission.cost() + tokens).reserving(leftMillis);
        Evaluation evaluation = alone.of(comes ? debit.waiting(ask.overMillis()) : debit.atOnce());
        if (comes && (!evaluation.admits() || evaluation.delayMillis() > leftMillis)) {
            return null;
        }
        HoldOpening opening = HoldOpening.ofLease(debit.costing(tokens), evaluation, nowMillis, offset);
        if (opening.freeAtMillis(store, holds) > 0) {
            return null;
        }
        Charging charging = new Charging(debit, offset);
        evaluation.charged(charging);
        long overMillis = comes ? evaluation.delayMillis() : 0;
        return new LentBeside(tokens, ttlMillis, overMillis, charging, opening.newHolds(rules, store));
    }

    /**
     * What the account's own limits would lend beside the verdict that allows an admission, if its owners lend as much
     * of the wide buckets that it visits; 0 for nothing.
     */
    long wish(LeaseDemand ask, Evaluation alone) {
        Admission admission = ask.admission();
        boolean hasRoom = store.holds(admission.account()).leases() < WIDE_LEASES_MAX;
        return hasRoom && admission.cost() > 0 ? Math.max(0, offered(ask, alone)) : 0;
    }

    /** What the account's own limits lend beside a verdict. */
    private static long offered(LeaseDemand ask, Evaluation alone) {
        if (!isPlain(alone.reason())) {
            return 0;
        }
        long tokens = ask.prefetchTokens();
        for (LimitCheck check : alone.checks()) {
            tokens = Math.min(tokens, share(check, ask.admission(), ask.ttlMillis()));
        }
        return tokens;
    }

    /** What limits lend that have too little now: what comes to the client's own buckets in the time it would wait. */
    private static long coming(LeaseDemand ask, Evaluation alone) {
        Admission admission = ask.admission();
        long tokens = isPlain(alone.reason()) ? ask.prefetchTokens() : 0;
        for (LimitCheck check : alone.checks()) {
            Algorithm algorithm = check.limit().algorithm();
            long windowMillis = Math.max(1, algorithm.windowMillis(check.found()));
            long most = comes(check, admission)
                    // At most 10^12 * 60,000: no overflow. Never more than the bucket can have at once.
                    ? Math.min(algorithm.capacity() * ask.overMillis() / windowMillis, algorithm.capacity())
                            - check.cost()
                    : share(check, admission, ask.ttlMillis());
            tokens = Math.min(tokens, most);
        }
        return tokens < COMING_MIN ? 0 : tokens;
    }

    /** Whether what comes to a limit's bucket is one client's, and is all that the limit has. */
    private static boolean comes(LimitCheck check, Admission admission) {
        Limit limit = check.limit();
        return check.enforced()
                && limit.algorithm().chargesInAdvance()
                && limit.exceedPolicy().action() == OnExceed.DENY
                && limit.grace() == 0
                && limit.kept()
                                .tokensAbove(
                                        admission.priority(), limit.algorithm().capacity())
                        == 0
                && !limit.metering().hasOwnCost()
                && limit.scope().isOfOneClient()
                && !Scope.isOverflow(check.key().scope())
                && check.resolved().credits().isNone()
                && check.resolved().overage() == null;
    }

    private static boolean isPlain(Reason reason) {
        return reason == Reason.WITHIN_LIMITS || reason == Reason.NO_LIMIT_APPLIES;
    }

    /** What one limit lends beside a verdict on an admission. */
    private static long share(LimitCheck check, Admission admission, long ttlMillis) {
        Algorithm algorithm = check.limit().algorithm();
        long capacity = algorithm.capacity();
        long left = available(check, admission) - check.cost();
        boolean isOfOneClient = check.limit().scope().isOfOneClient()
                && !Scope.isOverflow(check.key().scope());
        long lendable = isOfOneClient ? left : left - capacity / KEPT;
        long windowMillis = Math.max(1, algorithm.windowMillis(check.found()));
        // At most 10^12 * 60,000: no overflow.
        long flowsBack = capacity * ttlMillis / windowMillis;
        long share = check.limit().isWide() ? WIDE_SHARE : SHARE;
        return Math.min(lendable / share, Math.max(flowsBack, capacity / PART));
    }

    /**
     * What a wide bucket lends beside the verdict on an admission that it lets through; null for nothing.
     *
     * @param admission as the bucket counts it
     */
    static @Nullable Lent ofWide(LimitCheck check, Admission admission, WideWish wish) {
        boolean lends = wish.tokens() > 0
                && isLeasable(check.limit())
                && !Scope.isOverflow(check.key().scope())
                && admission.mode() == ChargeMode.CHECK
                && check.admits()
                && check.cost() > 0;
        if (!lends) {
            return null;
        }
        long tokens = Math.min(wish.tokens(), share(check, admission, wish.ttlMillis()));
        long ttlMillis = Math.min(wish.ttlMillis(), check.limit().algorithm().spendableMillis(check.found()));
        return tokens <= 0 || ttlMillis <= 0 ? null : new Lent(tokens, ttlMillis);
    }

    /**
     * Whether a wide limit lends, by its rules. One with a computed cost does not, since a lease is a multiple of a
     * request's cost.
     */
    static boolean isLeasable(Limit limit) {
        return !limit.exact()
                && limit.algorithm().isLeasable()
                && !limit.metering().hasOwnCost();
    }

    private static boolean isLeasable(LimitCheck check, Admission admission) {
        Limit limit = check.limit();
        return !limit.exact()
                && check.resolved().credits().first() == 0
                && limit.algorithm().isLeasable()
                && check.key().account().equals(admission.account());
    }

    private static long wanted(LeaseDemand ask) {
        return Math.max(1, ask.admission().cost());
    }

    /**
     * Whether a limit that has too few tokens for the waiting callers has credits or a grace in addition: then the
     * ledger decides them. Credits and graces of limits that have enough do not matter.
     */
    private static boolean hasMore(Evaluation peek, LeaseDemand ask) {
        for (LimitCheck check : peek.checks()) {
            boolean hasMore = check.resolved().credits().left() > 0 || check.hasGraceLeft(ask.admission());
            if (hasMore && tokens(ask, available(check, ask.admission())) < wanted(ask)) {
                return true;
            }
        }
        return false;
    }

    /** What all limits that apply could be charged now, in shadow or not; nothing is lent of credits. */
    private static long available(Evaluation peek, Admission admission) {
        long available = Long.MAX_VALUE;
        for (LimitCheck check : peek.checks()) {
            available = Math.min(available, available(check, admission));
        }
        return available;
    }

    private static long available(LimitCheck check, Admission admission) {
        Algorithm algorithm = check.limit().algorithm();
        long kept = check.limit().kept().tokensAbove(admission.priority(), algorithm.capacity());
        return Math.max(0, algorithm.remaining(check.found()) - kept);
    }

    private static long tokens(LeaseDemand ask, long available) {
        long waiting = Math.min(ask.admission().cost(), available);
        long prefetch = Math.min(ask.prefetchTokens(), (available - waiting) / SHARE);
        return waiting + (prefetch >= (ask.prefetchTokens() + WORTH - 1) / WORTH ? prefetch : 0);
    }

    private static long ttlMillis(LeaseDemand ask, Evaluation peek) {
        long ttlMillis = ask.ttlMillis();
        for (LimitCheck check : peek.checks()) {
            ttlMillis = Math.min(ttlMillis, check.limit().algorithm().spendableMillis(check.found()));
        }
        return ttlMillis;
    }

    /** A client on an allow list is charged nothing, so there is nothing to lend. */
    private static LeaseResult listed(
            Admission admission, AccountTimeline timeline, Listing listing, PartitionClock clock, long nowMillis) {
        if (listing.access() == Access.ALLOW) {
            return refused(admission, timeline, Reason.NOT_LEASABLE, List.of(), nowMillis);
        }
        return refused(new Outcome(
                nowMillis,
                timeline.revision(),
                timeline.tier(),
                admission.cost(),
                Reason.DENY_LISTED,
                List.of(),
                HoldGrant.NONE,
                ListMatch.by(listing, clock, nowMillis)));
    }

    private static LeaseResult refused(
            Admission admission, AccountTimeline timeline, Reason reason, List<LimitOutcome> limits, long nowMillis) {
        return refused(new Outcome(nowMillis, timeline.revision(), timeline.tier(), admission.cost(), reason, limits));
    }

    private static LeaseResult refused(Outcome outcome) {
        return new LeaseResult(0, 0, new AdmissionResult.Decided(outcome, List.of(), null, null, List.of(), List.of()));
    }
}
