package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.HoldId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One key whose questions are counted, and what the fast path has for it while it is hot.
 *
 * <pre>
 *            asked often                    tokens                  half used, or its time is running out
 *   cold ---------------&gt; hot, asking ---------------&gt; hot, leased -------------------+
 *     ^                     |     ^                        ^                            |
 *     | asked seldom        |     +--- after a pause       +----------- tokens ---------+
 *     +---------------------+--- none: the ledger answers, and its denials are repeated while they hold
 * </pre>
 *
 * <p>Callers read what is volatile, and take tokens, without a lock. All else happens under the key's lock, and never
 * waits: what it comes to is collected in {@link Deeds}.
 */
final class TrackedKey {
    /** Questions in one round trip from which on it pays to ask for them together. */
    private static final double CROWD = 3;
    /** So many questions that did not come are no accident. */
    private static final double MISSED = 3;

    private static final String NOT_LEASABLE = "not-leasable";

    private final LeaseKey key;
    private final FastPath config;
    private final Pace pace;
    private final RevocationMarks marks;
    private final Demand demand;
    private final OpenLeases leases;
    private final Terms terms;
    private volatile boolean hot;
    private volatile boolean asking;
    private volatile boolean leasable;
    private final AtomicBoolean pressed = new AtomicBoolean();
    private final KnownDenial denial;
    // All below are guarded by the lock.
    private final Untold untold;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private long voidBelow;

    TrackedKey(LeaseKey key, FastPath config, Pace pace, RevocationMarks marks, long nowNanos) {
        this.key = key;
        this.config = config;
        this.pace = pace;
        this.marks = marks;
        this.demand = new Demand(nowNanos);
        this.leases = new OpenLeases(demand, pace, config.leaseMillis());
        this.terms = new Terms(config, nowNanos);
        this.untold = new Untold(config.denialMillis() * 1_000_000, nowNanos);
        this.denial = new KnownDenial(untold);
    }

    LeaseKey key() {
        return key;
    }

    Demand demand() {
        return demand;
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
        return !asking
                && leases.mayRunOut()
                && terms.allowsAhead(nowNanos)
                && !pressed.get()
                && pressed.compareAndSet(false, true);
    }

    /** Lets a caller wait with others for a lease, if that is quicker or cheaper than to ask by itself. */
    synchronized Joined join(Waiter waiter, long nowNanos, Deeds deeds) {
        if (!hot) {
            return Joined.ALONE;
        }
        AdmissionVerdict.Local verdict = answerNow(waiter.request(), nowNanos);
        if (verdict != null) {
            return new Joined.Answered(verdict);
        }
        if (waiters.size() >= config.waitersMax()) {
            return Joined.ALONE;
        }
        if (asking) {
            waiters.add(waiter);
            return Joined.WAITING;
        }
        boolean ahead = mayAskAhead(nowNanos);
        boolean crowded = demand.questionsIn(pace.roundTripNanos()) >= CROWD;
        if (!terms.allowsLeases(nowNanos) || !(ahead || crowded)) {
            return Joined.ALONE;
        }
        waiters.add(waiter);
        deeds.ask(begin(ahead, nowNanos));
        return Joined.WAITING;
    }

    private boolean mayAskAhead(long nowNanos) {
        return terms.allowsLeases(nowNanos) && terms.allowsAhead(nowNanos) && !leases.isFull();
    }

    /** Asks for those that wait, and ahead; null if that is nothing. */
    private @Nullable Asking begin(boolean ahead, long nowNanos) {
        long aheadTokens = ahead ? Math.min(leases.wantedTokens(nowNanos), terms.aheadMax()) : 0;
        Asking begun = Askings.begin(key, waiters, aheadTokens, config.leaseMillis());
        asking = begun != null;
        return begun;
    }

    /** Begins to answer by itself. */
    synchronized void heat(long nowNanos, Deeds deeds) {
        hot = true;
        tend(nowNanos, deeds);
    }

    /** Answers nothing by itself from now on, and gives back what is left. */
    synchronized void cool(Deeds deeds) {
        hot = false;
        leasable = false;
        denial.forgetIf(known -> true);
        leases.close(lease -> true, untold, deeds);
        untold.tellAll(deeds);
    }

    /** Closes what is over, tells what was done, and renews what runs out. */
    synchronized void tend(long nowNanos, Deeds deeds) {
        pressed.set(false);
        boolean quiet = isQuiet(nowNanos);
        denial.forgetIf(known -> known.isOver(nowNanos));
        leases.close(lease -> quiet || lease.left() == 0 || !lease.isSpendable(nowNanos), untold, deeds);
        untold.tellIfDue(nowNanos, deeds);
        // Where what is usually asked is known to be denied, there is nothing to ask ahead for.
        boolean denied = denial.covers(demand.usualCost());
        if (hot && !asking && !quiet && !denied && mayAskAhead(nowNanos) && leases.areShort(nowNanos)) {
            deeds.ask(begin(/* ahead= */ true, nowNanos));
        }
    }

    /**
     * Whether they have stopped asking: nothing for half a lease time. Who asks seldom pauses for as long by chance, and
     * has few tokens lying there, so they may lie for all of it.
     */
    private boolean isQuiet(long nowNanos) {
        double missedNanos = Math.max(config.leaseNanos() / 2.0, demand.nanosFor(MISSED));
        return demand.quietNanos(nowNanos) > Math.min(config.leaseNanos(), missedNanos);
    }

    /** Serves those that wait with what the ledger said, and keeps the rest. */
    synchronized void answered(Asking asked, Answer<LeaseReply> answer, Round round, Deeds deeds) {
        asking = false;
        LeaseReply reply = answer.orNull();
        HoldId id = reply == null ? null : idOf(reply.decisionId());
        if (reply == null || id == null) {
            terms.unanswered(round.nowNanos());
            asked.covered().forEach(waiter -> askExactly(waiter, deeds));
            everybodyAlone(deeds);
            return;
        }
        boolean holds = !isVoid(id, round.askedNanos());
        Lease lease = reply.tokens() > 0 ? Lease.of(id, reply, round.askedNanos()) : null;
        boolean spendable = holds && lease != null && lease.isSpendable(round.nowNanos());
        Serving serving = new Serving(id, asked, reply, spendable ? lease : null, round);
        serving.serveCovered(holds, deeds);
        serving.serveSpare(waiters, deeds);
        untold.add(serving.denied());
        if (lease != null) {
            keep(lease, spendable, deeds);
        }
        if (hot && holds) {
            leasable = !reply.judged().reasonCode().equals(NOT_LEASABLE);
            long worthTokens = demand.tokensIn(2 * pace.roundTripNanos());
            terms.answered(asked, reply, worthTokens, serving.denied() > 0, round.nowNanos());
            denial.learn(serving.denial(config.denialMillis()));
        }
        askAgain(round.nowNanos(), deeds);
    }

    private void keep(Lease lease, boolean spendable, Deeds deeds) {
        if (hot && spendable && lease.left() > 0 && !leases.isFull()) {
            leases.add(lease);
        } else {
            OpenLeases.close(lease, untold, deeds);
        }
    }

    private void askAgain(long nowNanos, Deeds deeds) {
        if (waiters.isEmpty()) {
            return;
        }
        Asking next = hot && terms.allowsLeases(nowNanos) ? begin(mayAskAhead(nowNanos), nowNanos) : null;
        deeds.ask(next);
        if (next == null) {
            everybodyAlone(deeds);
        }
    }

    private void everybodyAlone(Deeds deeds) {
        for (Waiter waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            askExactly(waiter, deeds);
        }
    }

    private static void askExactly(Waiter waiter, Deeds deeds) {
        if (waiter.claim()) {
            deeds.askExactly(waiter);
        }
    }

    /** Remembers a verdict of the ledger if it can be repeated. */
    synchronized void learn(Verdict verdict, long cost, Round round) {
        HoldId id = idOf(verdict.decisionId());
        // Where leases are to be had, no limit counts what is in flight: only time brings tokens back.
        if (!hot || !leasable || id == null || verdict.judged() == null || isVoid(id, round.askedNanos())) {
            return;
        }
        AdmissionVerdict.Basis basis = new AdmissionVerdict.Denial(verdict.decisionId());
        Denial.Said said = new Denial.Said(id, basis, verdict.judged(), cost, round);
        denial.learn(Denial.of(said, config.denialMillis()));
    }

    /** Gives up what was decided before this offset of the account's partition. */
    synchronized void accountChanged(HoldId before, long nowNanos, Deeds deeds) {
        voidBelow = Math.max(voidBelow, before.offset());
        revoke(id -> id.offset() < before.offset(), nowNanos, deeds);
    }

    /** Gives up what was decided before this place, if it was in that partition. */
    synchronized void rulesChanged(HoldId before, long nowNanos, Deeds deeds) {
        revoke(id -> id.partition() == before.partition() && id.offset() < before.offset(), nowNanos, deeds);
    }

    /** Gives up all that was decided. */
    synchronized void giveUp(long nowNanos, Deeds deeds) {
        revoke(id -> true, nowNanos, deeds);
    }

    private void revoke(Predicate<HoldId> concerned, long nowNanos, Deeds deeds) {
        denial.forgetIf(known -> concerned.test(known.id()));
        leases.close(lease -> concerned.test(lease.id()), untold, deeds);
        // What was not to be had may be now.
        terms.forget(nowNanos);
    }

    private boolean isVoid(HoldId id, long askedNanos) {
        return id.offset() < voidBelow || marks.isVoid(id, askedNanos);
    }

    private static @Nullable HoldId idOf(String decisionId) {
        try {
            return HoldId.parse("decisionId", decisionId);
        } catch (WireException e) {
            // Not a decision of a ledger, so nothing that can be kept.
            return null;
        }
    }

    /** Whether nothing of it is under way. */
    synchronized boolean isIdle() {
        return !hot && !asking && waiters.isEmpty() && untold.isEmpty();
    }
}
