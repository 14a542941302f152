package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One key whose requests are counted, and what the fast path has for it while it is hot.
 *
 * <pre>
 *            asked often                    tokens                  half used, or its time is running out
 *   cold ---------------&gt; hot, asking ---------------&gt; hot, leased -------------------+
 *     ^                     |     ^                        ^                            |
 *     | asked seldom        |     +--- after a pause       +----------- tokens ---------+
 *     +---------------------+--- none: the ledger answers, and its denials are repeated while they hold
 * </pre>
 *
 * <p>Callers read volatile fields, and take tokens, without a lock. All else happens under the key's lock, and never
 * waits: its effects are collected in {@link Effects}.
 */
final class TrackedKey {
    /** Requests in one round trip from which on it pays to send them together. */
    private static final double CROWD = 3;
    /** If so many expected requests did not come, it is no accident. */
    private static final double MISSED = 3;

    private static final String NOT_LEASABLE = "not-leasable";

    private final LeaseKey key;
    private final FastPath config;
    private final RoundTripEstimator roundTrips;
    private final RevocationMarks marks;
    private final RateEstimator rate;
    private final OpenLeases leases;
    private final LeaseBackoff backoff;
    private volatile boolean hot;
    private volatile boolean call;
    private volatile boolean leasable;
    private final AtomicBoolean renewalRequested = new AtomicBoolean();
    private final RememberedDenial denial;
    // All below are guarded by the lock.
    private final UnreportedDenials unreported;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private long voidBelow;

    TrackedKey(LeaseKey key, FastPath config, RoundTripEstimator roundTrips, RevocationMarks marks, long nowNanos) {
        this.key = key;
        this.config = config;
        this.roundTrips = roundTrips;
        this.marks = marks;
        this.rate = new RateEstimator(nowNanos);
        this.leases = new OpenLeases(rate, roundTrips, config.leaseMillis());
        this.backoff = new LeaseBackoff(config, nowNanos);
        this.unreported = new UnreportedDenials(config.denialMillis() * 1_000_000, nowNanos);
        this.denial = new RememberedDenial(unreported);
    }

    LeaseKey key() {
        return key;
    }

    RateEstimator rate() {
        return rate;
    }

    boolean isHot() {
        return hot;
    }

    int openLeases() {
        return leases.count();
    }

    /** Takes no lock: the answer out of a lease, or a denial that still holds; null if there is neither. */
    AdmissionVerdict.@Nullable Local answerNow(AdmissionRequest request, long nowNanos) {
        AdmissionVerdict.Local allowed = leases.spend(request, nowNanos);
        return allowed != null ? allowed : denial.repeat(request, nowNanos);
    }

    /**
     * Takes no lock: whether the caller is to have the key tended, since the next tick may be too late for a renewal.
     */
    boolean isPressed(long nowNanos) {
        return !call
                && leases.mayRunOut()
                && backoff.allowsPrefetch(nowNanos)
                && !renewalRequested.get()
                && renewalRequested.compareAndSet(false, true);
    }

    /** Lets a caller wait with others for a lease, if that is quicker or cheaper than a request of its own. */
    synchronized WaitResult join(Waiter waiter, long nowNanos, Effects effects) {
        if (!hot) {
            return WaitResult.ALONE;
        }
        AdmissionVerdict.Local verdict = answerNow(waiter.request(), nowNanos);
        if (verdict != null) {
            return new WaitResult.Answered(verdict);
        }
        if (waiters.size() >= config.waitersMax()) {
            return WaitResult.ALONE;
        }
        if (call) {
            waiters.add(waiter);
            return WaitResult.WAITING;
        }
        boolean prefetch = mayPrefetch(nowNanos);
        boolean crowded = rate.requestsIn(roundTrips.roundTripNanos()) >= CROWD;
        if (!backoff.allowsLeases(nowNanos) || !(prefetch || crowded)) {
            return WaitResult.ALONE;
        }
        waiters.add(waiter);
        effects.ask(begin(prefetch, nowNanos));
        return WaitResult.WAITING;
    }

    private boolean mayPrefetch(long nowNanos) {
        return backoff.allowsLeases(nowNanos) && backoff.allowsPrefetch(nowNanos) && !leases.isFull();
    }

    /** A request for the callers that wait, and a prefetch; null if that is nothing. */
    private @Nullable LeaseCall begin(boolean prefetch, long nowNanos) {
        long prefetchTokens = prefetch ? Math.min(leases.wantedTokens(nowNanos), backoff.prefetchMax()) : 0;
        LeaseCall begun = LeaseCalls.begin(key, waiters, prefetchTokens, config.leaseMillis());
        call = begun != null;
        return begun;
    }

    /** Begins to answer by itself. */
    synchronized void activate(long nowNanos, Effects effects) {
        hot = true;
        maintain(nowNanos, effects);
    }

    /** Answers nothing by itself from now on, and gives back what is left. */
    synchronized void deactivate(Effects effects) {
        hot = false;
        leasable = false;
        denial.forgetIf(known -> true);
        leases.close(lease -> true, unreported, effects);
        unreported.reportAll(effects);
    }

    /** Closes leases that are over, reports what was done, and renews those that run out. */
    synchronized void maintain(long nowNanos, Effects effects) {
        renewalRequested.set(false);
        boolean quiet = isQuiet(nowNanos);
        denial.forgetIf(known -> known.isOver(nowNanos));
        leases.close(lease -> quiet || lease.left() == 0 || !lease.isSpendable(nowNanos), unreported, effects);
        unreported.reportIfDue(nowNanos, effects);
        // Where usual requests are known to be denied, there is nothing to prefetch.
        boolean denied = denial.covers(rate.usualCost());
        if (hot && !call && !quiet && !denied && mayPrefetch(nowNanos) && leases.areShort(nowNanos)) {
            effects.ask(begin(/* prefetch= */ true, nowNanos));
        }
    }

    /**
     * Whether requests have stopped: none for half a lease time. A key with few requests pauses for as long by chance,
     * and has few tokens lying there, so they may lie for all of it.
     */
    private boolean isQuiet(long nowNanos) {
        double missedNanos = Math.max(config.leaseNanos() / 2.0, rate.nanosFor(MISSED));
        return rate.quietNanos(nowNanos) > Math.min(config.leaseNanos(), missedNanos);
    }

    /** Serves the callers that wait with the ledger's answer, and keeps the rest. */
    synchronized void answered(LeaseCall asked, Answer<LeaseReply> answer, RoundTrip roundTrip, Effects effects) {
        call = false;
        LeaseReply reply = answer.orNull();
        DecisionId id = reply == null ? null : idOf(reply.decisionId());
        if (reply == null || id == null) {
            backoff.unanswered(roundTrip.nowNanos());
            asked.covered().forEach(waiter -> askExactly(waiter, effects));
            everybodyAlone(effects);
            return;
        }
        boolean holds = !isVoid(id, roundTrip.requestedNanos());
        Lease lease = reply.tokens() > 0 ? Lease.of(id, reply, roundTrip.requestedNanos()) : null;
        boolean spendable = holds && lease != null && lease.isSpendable(roundTrip.nowNanos());
        LeaseDistribution distribution = new LeaseDistribution(id, asked, reply, spendable ? lease : null, roundTrip);
        distribution.serveCovered(holds, effects);
        distribution.serveSpare(waiters, effects);
        unreported.add(distribution.denied());
        if (lease != null) {
            keep(lease, spendable, effects);
        }
        if (hot && holds) {
            leasable = !reply.details().reasonCode().equals(NOT_LEASABLE);
            if (!leasable) {
                // What was said before may have been about other costs: a signal may have turned since.
                denial.forgetIf(known -> true);
            }
            long worthTokens = rate.tokensIn(2 * roundTrips.roundTripNanos());
            backoff.answered(asked, reply, worthTokens, distribution.denied() > 0, roundTrip.nowNanos());
            denial.remember(distribution.denial(config.denialMillis()));
        }
        askAgain(roundTrip.nowNanos(), effects);
    }

    private void keep(Lease lease, boolean spendable, Effects effects) {
        if (hot && spendable && lease.left() > 0 && !leases.isFull()) {
            leases.add(lease);
        } else {
            OpenLeases.close(lease, unreported, effects);
        }
    }

    private void askAgain(long nowNanos, Effects effects) {
        if (waiters.isEmpty()) {
            return;
        }
        LeaseCall next = hot && backoff.allowsLeases(nowNanos) ? begin(mayPrefetch(nowNanos), nowNanos) : null;
        effects.ask(next);
        if (next == null) {
            everybodyAlone(effects);
        }
    }

    private void everybodyAlone(Effects effects) {
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            askExactly(waiter, effects);
        }
    }

    private static void askExactly(Waiter waiter, Effects effects) {
        if (waiter.claim()) {
            effects.askExactly(waiter);
        }
    }

    /** Remembers a verdict of the ledger if it can be repeated. */
    synchronized void remember(Verdict verdict, long cost, RoundTrip roundTrip) {
        DecisionId id = idOf(verdict.decisionId());
        // Where leases are available, no limit counts requests in flight: only time brings tokens back.
        if (!hot || !leasable || id == null || verdict.details() == null || isVoid(id, roundTrip.requestedNanos())) {
            return;
        }
        AdmissionVerdict.Basis basis = new AdmissionVerdict.Denial(verdict.decisionId());
        Denial.Origin origin = new Denial.Origin(id, basis, verdict.details(), cost, roundTrip);
        denial.remember(Denial.ofAdmission(origin, config.denialMillis()));
    }

    /** Gives up what was decided before this offset of the account's partition. */
    synchronized void accountChanged(DecisionId before, long nowNanos, Effects effects) {
        voidBelow = Math.max(voidBelow, before.offset());
        revoke(id -> id.offset() < before.offset(), nowNanos, effects);
    }

    /** Gives up what was decided before this position, if it was in that partition. */
    synchronized void rulesChanged(DecisionId before, long nowNanos, Effects effects) {
        revoke(id -> id.partition() == before.partition() && id.offset() < before.offset(), nowNanos, effects);
    }

    /** Gives up all that was decided. */
    synchronized void giveUp(long nowNanos, Effects effects) {
        revoke(id -> true, nowNanos, effects);
    }

    private void revoke(Predicate<DecisionId> concerned, long nowNanos, Effects effects) {
        denial.forgetIf(known -> concerned.test(known.id()));
        leases.close(lease -> concerned.test(lease.id()), unreported, effects);
        // Tokens that were not available may be now.
        backoff.forget(nowNanos);
    }

    private boolean isVoid(DecisionId id, long requestedNanos) {
        return id.offset() < voidBelow || marks.isVoid(id, requestedNanos);
    }

    private static @Nullable DecisionId idOf(String decisionId) {
        try {
            return DecisionId.parse("decisionId", decisionId);
        } catch (WireException e) {
            // Not a decision of a ledger, so nothing that can be kept.
            return null;
        }
    }

    /** Whether nothing of it is under way. */
    synchronized boolean isIdle() {
        return !hot && !call && waiters.isEmpty() && unreported.isEmpty();
    }
}
