package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseTerms;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One key, from the first request that finds nothing here until nothing is left of what its answer brought.
 *
 * <pre>
 *                  a request                      tokens beside the verdict
 *   (not tracked) -----------&gt; asking -------------------------------------------&gt; leased --+
 *        ^                      | ^ |                                                ^  |   | most of it used
 *        |                      | | | too little: the verdict says until when        |  |   v
 *        |                      | | +------------------------------------&gt; denied ---|--|- asking for the next
 *        |                      | |                                           |      |  |   |
 *        |                      | +-- a request that neither can answer ------+------|--+   |
 *        |                      v                                                    +------+
 *        +---- all of it over --+--- not lent: each request goes to the ledger, for a while
 * </pre>
 *
 * <p>Only one request of a key is under way that may bring something; callers that come meanwhile wait for it, and one
 * request for a lease covers those for whom it was not enough. They do not wait for an answer that is overdue. Nothing
 * is predicted: a lease is asked for by a request that comes, and renewed by one that comes when most of it is used. A
 * renewal that can wait goes with those of other keys, so that many slow clients cost one batch of records.
 *
 * <p><b>Locks.</b> Callers read volatile fields, and take tokens, without a lock. All else happens under the key's
 * lock, and never waits: its effects are collected in {@link Effects}, and carried out when the lock is free.
 */
final class TrackedKey {
    /** How long each request goes to the ledger where it lends nothing; a change of rules ends it before. */
    static final long NOT_LEASABLE_NANOS = 10_000_000_000L;
    /** The same after an answer that did not come, or that neither lent nor refused. */
    static final long UNDECIDED_NANOS = 1_000_000_000L;
    /** A lease of fewer tokens is not renewed before it is used up. */
    private static final long RENEWED_TOKENS_MIN = 4;

    private static final String NOT_LEASABLE = "not-leasable";

    /** What all keys share. */
    record Shared(FastPath config, RevocationMarks marks, LongAdder openLeases) {}

    private final LeaseKey key;
    private final FastPath config;
    private final RevocationMarks marks;
    private final OpenLeases leases;
    private final RememberedDenial denial = new RememberedDenial();
    private volatile boolean asking;
    /** The ledger lends tokens of limits that all accounts share beside verdicts, and not by themselves. */
    private volatile boolean onlyVerdictsLend;
    // All below are guarded by the lock.
    // The caller whose request is under way; null for none, and for a request for a lease.
    private @Nullable Waiter asker;
    private @Nullable Deque<Waiter> waiters;
    private long prefetchTokens;
    /** Each request goes to the ledger, until then. */
    private boolean exact;

    private long exactUntilNanos;
    /** A verdict has brought a lease. */
    private boolean verdictsLend;

    private long reportedNanos;
    private long dueNanos;
    private boolean due;
    private boolean gone;
    private boolean closed;
    private long voidBelow;

    TrackedKey(LeaseKey key, Shared shared, long nowNanos) {
        this.key = key;
        this.config = shared.config();
        this.marks = shared.marks();
        this.leases = new OpenLeases(shared.openLeases());
        this.reportedNanos = nowNanos;
    }

    LeaseKey key() {
        return key;
    }

    /** Takes no lock: the answer out of a lease, or a denial that still holds; null if there is neither. */
    AdmissionVerdict.@Nullable Local answerNow(AdmissionRequest request, long nowNanos) {
        AdmissionVerdict.Local allowed = leases.spend(request, nowNanos);
        return allowed != null ? allowed : denial.repeat(request, nowNanos);
    }

    /** Takes no lock: whether the caller is to have the lease renewed, since most of it is used. Says so once. */
    boolean isRunningOut(long nowNanos) {
        Lease lease = asking ? null : leases.last();
        // Nothing is left beside tokens that are still to come.
        return lease != null
                && !lease.isComing()
                && lease.granted() >= RENEWED_TOKENS_MIN
                && lease.isMostlyUsed(nowNanos)
                && lease.claimRenewal();
    }

    /** Takes no lock: how long the last lease lasts if it is used as fast as until now. */
    long spareNanos(long nowNanos) {
        Lease lease = leases.last();
        return lease == null ? 0 : lease.spareNanos(nowNanos);
    }

    /**
     * Takes no lock: whether the caller is to ask the ledger, although a lease could answer it. Most of that is used,
     * and only the verdict on a request brings the next one. Says so once.
     */
    boolean needsVerdict(long nowNanos) {
        return onlyVerdictsLend && isRunningOut(nowNanos);
    }

    /** Has this caller ask the ledger; returns false if somebody else does, or nobody may. */
    synchronized boolean asks(Waiter caller, long nowNanos) {
        if (asking || gone || closed || leases.isFull() || isExact(nowNanos)) {
            return false;
        }
        asking = true;
        asker = caller;
        return true;
    }

    /** Has a caller ask the ledger, or wait with others for what is under way. */
    synchronized WaitResult join(Waiter waiter, long nowNanos, Effects effects) {
        if (gone) {
            return WaitResult.GONE;
        }
        AdmissionVerdict.Local verdict = answerNow(waiter.request(), nowNanos);
        if (verdict != null) {
            return new WaitResult.Answered(verdict);
        }
        if (closed || isExact(nowNanos)) {
            return new WaitResult.Alone(AskReason.NOT_LENT);
        }
        if (!asking) {
            asking = true;
            asker = waiter;
            AskReason reason = leases.isEmpty()
                    ? (denial.isKnown() ? AskReason.DENIAL_OVER : AskReason.NOTHING_KNOWN)
                    : AskReason.USED_UP;
            boolean isPressing = denial.isPressing();
            giveBackScraps(effects);
            return new WaitResult.Asking(reason, isPressing);
        }
        Deque<Waiter> queue = queue();
        if (queue.size() >= config.waitersMax()) {
            return new WaitResult.Alone(AskReason.NO_ROOM);
        }
        queue.add(waiter);
        return WaitResult.WAITING;
    }

    private Deque<Waiter> queue() {
        Deque<Waiter> queue = waiters;
        if (queue == null) {
            queue = new ArrayDeque<>(4);
            waiters = queue;
        }
        return queue;
    }

    /** What is too little for the next caller goes back first, so that the ledger has all that there is. */
    private void giveBackScraps(Effects effects) {
        List<Lease> scraps = leases.remove(lease -> true);
        if (scraps.stream().anyMatch(lease -> lease.left() > 0)) {
            effects.urgent();
        }
        close(scraps, effects);
    }

    /** Asks for the lease that follows the one that runs out, if that is still so. */
    synchronized void renew(long nowNanos, Effects effects) {
        // None if another one follows it already.
        Lease lease = leases.last();
        close(leases.removeUsedUp(), effects);
        boolean isIdle = !asking && !gone && !closed;
        if (isIdle && lease != null && lease.isMostlyUsed(nowNanos) && !onlyVerdictsLend && !isExact(nowNanos)) {
            effects.ask(begin());
        }
    }

    /** A request for the callers that wait, and as much on top as the ledger lent before; null if that is nothing. */
    private @Nullable LeaseCall begin() {
        Deque<Waiter> queue = queue();
        LeaseCall begun = LeaseCall.begin(key, queue, prefetchTokens, config.leaseMillis());
        waiters = queue.isEmpty() ? null : queue;
        asking = begun != null;
        return begun;
    }

    /**
     * Has nobody wait any more for the answer to this caller's request: it may be lost, or be long in coming. The
     * caller waits on, and the answer may still bring something.
     */
    synchronized void overdue(Waiter caller, long nowNanos, Effects effects) {
        if (endsAsking(caller)) {
            goExact(UNDECIDED_NANOS, nowNanos, effects);
        }
    }

    /** Ends the request of this caller, if it is still the one that others wait for; returns whether it was. */
    private boolean endsAsking(Waiter caller) {
        if (asker != caller) {
            return false;
        }
        asker = null;
        asking = false;
        return true;
    }

    /** Takes the verdict on the request of one caller, and what it brings. */
    synchronized void answered(Waiter caller, Answer<AdmissionVerdict> answer, RoundTrip roundTrip, Effects effects) {
        boolean awaited = endsAsking(caller);
        long nowNanos = roundTrip.nowNanos();
        Verdict verdict = answer.orNull() instanceof AdmissionVerdict.Recorded recorded ? recorded.verdict() : null;
        VerdictDetails details = verdict == null ? null : verdict.details();
        DecisionId id = verdict == null ? null : idOf(verdict.decisionId());
        if (verdict == null || details == null || id == null) {
            if (awaited) {
                goExact(UNDECIDED_NANOS, nowNanos, effects);
            }
            return;
        }
        boolean holds = !isVoid(id, roundTrip.requestedNanos());
        LeaseTerms terms = verdict.lease();
        if (terms != null && terms.tokens() > 0) {
            verdictsLend = true;
            Lease lease = Lease.beside(id, details, terms, roundTrip);
            boolean kept = keep(lease, holds, nowNanos, effects);
            if (kept && lease.isComing()) {
                AdmissionVerdict.Basis basis = new AdmissionVerdict.Lease(id.text());
                Denial.Origin origin = new Denial.Origin(id, basis, details, /* cost= */ 1, roundTrip);
                denial.replace(Denial.until(lease, origin, terms.overMillis()));
            }
        }
        if (holds && terms == null) {
            denial.forgetIf(known -> true);
            goExact(NOT_LEASABLE_NANOS, nowNanos, effects);
            return;
        }
        if (holds && leases.isEmpty()) {
            remember(denialIn(id, details, caller.cost(), roundTrip));
        }
        serveWaiters(nowNanos, effects);
        askAgain(nowNanos, effects);
    }

    /** An overdue one, too: it may be repeated in place of requests that each go to the ledger. */
    private void remember(@Nullable Denial learned) {
        if (learned != null && !gone && !closed) {
            exact = false;
            denial.remember(learned);
        }
    }

    /** What can be repeated of a verdict: its denial, or that it took the last tokens. */
    private @Nullable Denial denialIn(DecisionId id, VerdictDetails details, long cost, RoundTrip roundTrip) {
        if (!details.allowed()) {
            AdmissionVerdict.Basis basis = new AdmissionVerdict.Denial(id.text());
            Denial.Origin origin = new Denial.Origin(id, basis, details, cost, roundTrip);
            return Denial.ofAdmission(origin, config.denialMillis());
        }
        Shortage.Refusal refusal = Shortage.after(details).of(/* cost= */ 1, /* left= */ 0);
        if (refusal == null) {
            return null;
        }
        // No caller was denied by it; it is a lease of nothing.
        AdmissionVerdict.Basis basis = new AdmissionVerdict.Lease(id.text());
        Denial.Origin origin = new Denial.Origin(id, basis, refusal.details(), /* cost= */ 1, roundTrip);
        return Denial.certain(origin, refusal.certainMillis(), config.denialMillis());
    }

    /** Serves the callers that wait with the ledger's answer to a request for a lease, and keeps the rest. */
    synchronized void answered(LeaseCall asked, Answer<LeaseReply> answer, RoundTrip roundTrip, Effects effects) {
        asking = false;
        long nowNanos = roundTrip.nowNanos();
        LeaseReply reply = answer.orNull();
        DecisionId id = reply == null ? null : idOf(reply.decisionId());
        if (reply == null || id == null) {
            asked.covered().forEach(waiter -> askExactly(waiter, effects));
            goExact(UNDECIDED_NANOS, nowNanos, effects);
            return;
        }
        boolean holds = !isVoid(id, roundTrip.requestedNanos());
        Lease lease = reply.tokens() > 0 ? Lease.of(id, reply, roundTrip) : null;
        boolean spendable = holds && lease != null && lease.isSpendable(nowNanos);
        LeaseDistribution distribution = new LeaseDistribution(id, asked, reply, spendable ? lease : null, roundTrip);
        distribution.serveCovered(holds, effects);
        denial.denied(distribution.denied());
        if (lease != null) {
            keep(lease, spendable, nowNanos, effects);
        }
        if (holds && lendsNothing(asked, reply, distribution)) {
            denial.forgetIf(known -> true);
            boolean never = !reply.details().reasonCode().equals(Shortage.LIMIT_EXCEEDED);
            if (never && verdictsLend) {
                // The next verdict says whether that is still so.
                onlyVerdictsLend = true;
                everybodyAlone(effects);
                becomeDue(nowNanos + config.denialMillis() * 1_000_000, effects);
                return;
            }
            goExact(never ? NOT_LEASABLE_NANOS : UNDECIDED_NANOS, nowNanos, effects);
            return;
        }
        if (holds) {
            remember(distribution.denial(config.denialMillis()));
        }
        serveWaiters(nowNanos, effects);
        askAgain(nowNanos, effects);
    }

    /** Takes a lease that came when nobody waited for it any more. */
    synchronized void answeredLate(LeaseReply reply, RoundTrip roundTrip, Effects effects) {
        DecisionId id = idOf(reply.decisionId());
        if (id == null) {
            return;
        }
        long nowNanos = roundTrip.nowNanos();
        boolean holds = !isVoid(id, roundTrip.requestedNanos());
        boolean unused = keep(Lease.of(id, reply, roundTrip), holds, nowNanos, effects);
        serveWaiters(nowNanos, effects);
        askAgain(nowNanos, effects);
    }

    /** It lends nothing, and yet may allow: for good, or since a limit in shadow is used up or keeps tokens. */
    private static boolean lendsNothing(LeaseCall asked, LeaseReply reply, LeaseDistribution distribution) {
        if (reply.tokens() > 0) {
            return false;
        }
        boolean exceeded = reply.details().reasonCode().equals(Shortage.LIMIT_EXCEEDED);
        boolean waited = asked.request().admission().cost() > 0;
        return reply.details().reasonCode().equals(NOT_LEASABLE) || !exceeded || (waited && distribution.denied() == 0);
    }

    /** Keeps what can be spent; returns whether it is kept, and closes it if not. */
    private boolean keep(Lease lease, boolean holds, long nowNanos, Effects effects) {
        // With an overdue answer, the key may be given up already, and nobody would find the lease.
        boolean open = !closed && !gone;
        if (open && holds && lease.isSpendable(nowNanos) && lease.left() > 0 && !leases.isFull()) {
            close(leases.removeUsedUp(), effects);
            leases.add(lease);
            // The ledger lends to it, whatever kept each request from being answered here until now.
            exact = false;
            if (!lease.isComing()) {
                // What the ledger lent is what it found right; a lease that is used up before its time may be larger.
                prefetchTokens = Math.min(config.prefetchTokensMax(), 2 * lease.granted());
            }
            becomeDue(lease.spendUntilNanos(), effects);
            return true;
        }
        close(List.of(lease), effects);
        return false;
    }

    private void close(List<Lease> which, Effects effects) {
        for (Lease lease : which) {
            Lease.Closing closing = lease.close();
            if (closing != null) {
                effects.report(closing, lease.granted(), denial.takeUnreported());
            }
        }
    }

    /** Serves callers in their order, as far as leases or a denial go. */
    private void serveWaiters(long nowNanos, Effects effects) {
        Deque<Waiter> queue = waiters;
        if (queue == null) {
            return;
        }
        for (Waiter next = queue.peek();
                next != null && (next.isClaimed() || isAnswerable(next.cost(), nowNanos));
                next = queue.peek()) {
            queue.remove();
            if (next.claim()) {
                AdmissionVerdict.Local verdict = answerNow(next.request(), nowNanos);
                if (verdict == null) {
                    // Another caller was quicker.
                    effects.askExactly(next);
                } else {
                    effects.answer(next, verdict);
                }
            }
        }
        if (queue.isEmpty()) {
            waiters = null;
        }
    }

    private boolean isAnswerable(long cost, long nowNanos) {
        return leases.mayPay(cost, nowNanos) || denial.covers(cost, nowNanos);
    }

    /** Asks for those that are left; and has what is kept be looked at when it is over. */
    private void askAgain(long nowNanos, Effects effects) {
        // Not while a request is under way: the answer was an overdue one, and they wait for the next.
        if (!asking && waiters != null && !waiters.isEmpty()) {
            if (closed || onlyVerdictsLend) {
                everybodyAlone(effects);
            } else {
                giveBackScraps(effects);
                effects.ask(begin());
            }
        }
        becomeDue(nowNanos + config.denialMillis() * 1_000_000, effects);
    }

    /** From now on, each request goes to the ledger for a while. */
    private void goExact(long nanos, long nowNanos, Effects effects) {
        exact = true;
        exactUntilNanos = nowNanos + nanos;
        everybodyAlone(effects);
        becomeDue(exactUntilNanos, effects);
    }

    /** Not by the times alone: a caller has looked at the clock before the key was made. */
    private boolean isExact(long nowNanos) {
        return exact && exactUntilNanos - nowNanos > 0;
    }

    private void everybodyAlone(Effects effects) {
        Deque<Waiter> queue = waiters;
        waiters = null;
        if (queue != null) {
            queue.forEach(waiter -> askExactly(waiter, effects));
        }
    }

    private static void askExactly(Waiter waiter, Effects effects) {
        if (waiter.claim()) {
            effects.askExactly(waiter);
        }
    }

    /** Has the key be looked at by then. */
    private void becomeDue(long atNanos, Effects effects) {
        if (!due || atNanos - dueNanos < 0) {
            due = true;
            dueNanos = atNanos;
            effects.dueAt(atNanos);
        }
    }

    /**
     * Closes what is over, and reports what was done; returns whether nothing is left of the key, which is given up
     * then.
     */
    synchronized boolean maintain(long nowNanos, Effects effects) {
        if (gone) {
            return false;
        }
        if (due && dueNanos - nowNanos <= 0) {
            due = false;
        }
        denial.forgetIf(known -> known.isOver(nowNanos));
        close(leases.remove(lease -> lease.left() == 0 || !lease.isSpendable(nowNanos)), effects);
        long patienceNanos = config.denialMillis() * 1_000_000;
        boolean quiet = !asking && leases.isEmpty() && !denial.isKnown();
        if (!denial.isReported() && (quiet || nowNanos - reportedNanos >= patienceNanos)) {
            reportedNanos = nowNanos;
            effects.reportDenied(denial.takeUnreported());
        }
        if (quiet && !isExact(nowNanos)) {
            gone = true;
            return true;
        }
        if (!leases.isEmpty()) {
            becomeDue(leases.firstEndNanos(), effects);
        }
        becomeDue(nowNanos + patienceNanos, effects);
        return false;
    }

    /** Answers nothing by itself from now on, and gives back what is left. */
    synchronized void deactivate(Effects effects) {
        closed = true;
        denial.forgetIf(known -> true);
        close(leases.remove(lease -> true), effects);
        if (!denial.isReported()) {
            effects.reportDenied(denial.takeUnreported());
        }
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
        close(leases.remove(lease -> concerned.test(lease.id())), effects);
        // What was not lent may be now.
        onlyVerdictsLend = false;
        exact = false;
        becomeDue(nowNanos, effects);
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
}
