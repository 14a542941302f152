package io.sluice.client.fastpath;

import io.opentelemetry.context.Scope;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.LeaseService;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the effects of keys: requests leases, hands them out, reports what became of them, and takes revocations.
 */
final class LeaseScheduler implements LeaseService.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseScheduler.class);
    /** How long callers wait for the answer to a request for a lease, or to another caller's request. */
    private static final long CALL_MILLIS_MAX = 2_000;
    /** Reports wait for others so long at most, and a small part of the time that is left for them to arrive. */
    private static final long REPORT_MILLIS_MAX = 500;

    private static final long REPORTS_IN_LEASE_TIME = 32;
    /** So many reports do not wait for others any more. */
    private static final int REPORTS_GATHERED_MAX = 10_000;
    /** A lease that lasts for so many times as long as reports gather may wait with them for its renewal. */
    private static final long RENEWAL_TIMES = 3;
    /** How long to wait at the end for leases that are on their way; those that come later count as spent. */
    private static final long CLOSE_MILLIS = 500;

    private static final String NOT_ASKED = "asking the ledger failed";

    private final FastAdmissions.Backend ledger;
    private final FastPath config;
    private final Timers timers;
    private final LeaseTerms taken;
    private final LeaseTerms takenComing;
    private final RevocationMarks marks = new RevocationMarks();
    private final LongAdder openLeases = new LongAdder();
    private final KeyTable keys;
    private final DueKeys dueKeys;
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private final Queue<LeaseReport> reports = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reportsGathered = new AtomicInteger();
    /** What revocations had keys do, and was not carried out yet. */
    private final Queue<Undone> undone = new ConcurrentLinkedQueue<>();
    /** Each lease is in it once at most. */
    private final Queue<TrackedKey> renewals = new ConcurrentLinkedQueue<>();

    private final long reportNanos;
    private final FastPathMeters meters;
    private volatile boolean closed;
    // Only the one thread that tends the keys uses it.
    private long reportedNanos;

    LeaseScheduler(FastAdmissions.Backend ledger, FastPath config, Timers timers, FastPathMeters meters) {
        this.ledger = ledger;
        this.config = config;
        this.timers = timers;
        this.meters = meters;
        this.taken = new LeaseTerms(config.prefetchTokensMax(), config.leaseMillis());
        this.takenComing = new LeaseTerms(taken.tokens(), taken.ttlMillis(), config.overMillis());
        this.dueKeys = new DueKeys(timers.nanoTime());
        this.reportNanos = Math.min(REPORT_MILLIS_MAX, config.leaseMillis() / REPORTS_IN_LEASE_TIME) * 1_000_000;
        this.reportedNanos = timers.nanoTime();
        TrackedKey.Shared shared = new TrackedKey.Shared(config, marks, openLeases);
        this.keys = new KeyTable(config.trackedKeysMax(), key -> new TrackedKey(key, shared, timers.nanoTime()));
    }

    LongAdder openLeases() {
        return openLeases;
    }

    KeyTable keys() {
        return keys;
    }

    /** Looks at the keys of which something is over, and reports what was done. */
    void tick() {
        maintainDue();
        long nowNanos = timers.nanoTime();
        if (nowNanos - reportedNanos >= reportNanos) {
            reportedNanos = nowNanos;
            sendReports();
            sendRenewals();
        }
    }

    /** Renews the leases that were not in a hurry: their requests go together, and so do the answers. */
    private void sendRenewals() {
        for (TrackedKey key = renewals.poll(); key != null; key = renewals.poll()) {
            TrackedKey next = key;
            guarded(() -> renew(next));
        }
    }

    private void maintainDue() {
        for (TrackedKey key : dueKeys.due(timers.nanoTime())) {
            // They are out of the wheel, so one that fails must not be the end of those after it.
            guarded(() -> lookAt(key, effects -> {
                if (key.maintain(timers.nanoTime(), effects)) {
                    keys.remove(key);
                }
            }));
        }
    }

    /**
     * Has the lease of a key renewed: with others, if it lasts until they have gathered and their answers are there.
     *
     * @param spareNanos how long it lasts
     */
    void renewWithin(TrackedKey key, long spareNanos) {
        if (spareNanos > RENEWAL_TIMES * reportNanos) {
            renewals.add(key);
        } else {
            timers.run(() -> renew(key));
        }
    }

    private void renew(TrackedKey key) {
        lookAt(key, effects -> key.renew(timers.nanoTime(), effects));
    }

    private void lookAt(TrackedKey key, Consumer<Effects> look) {
        Effects effects = new Effects(key.key());
        try {
            look.accept(effects);
        } finally {
            // Also what was found before a defect: its callers are claimed, so nobody else would answer them.
            perform(key, effects);
        }
    }

    /**
     * Carries out the effects of work on a key; no lock is held. What fails of them is reported, and ends nothing else.
     */
    void perform(TrackedKey key, Effects effects) {
        try {
            guarded(() -> {
                meters.told(effects);
                if (effects.isDue()) {
                    dueKeys.add(key, effects.dueNanos());
                }
            });
            guarded(() -> report(effects));
            LeaseCall call = effects.call();
            if (call != null) {
                ask(key, call);
            }
        } finally {
            answer(effects);
        }
    }

    /** These callers are claimed, so nobody else would answer them. */
    private void answer(Effects effects) {
        for (Effects.Answered answered : effects.answered()) {
            guarded(() -> meters.answered(answered.verdict()));
            answered.waiter().answer().complete(new Answer.Answered<>(answered.verdict()));
        }
        for (Waiter waiter : effects.unserved()) {
            meters.asked(AskReason.WAITED);
            admitLate(waiter);
        }
    }

    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("looking after a lease failed", e);
        }
    }

    private void report(Effects effects) {
        if (effects.reports().isEmpty()) {
            return;
        }
        if (effects.isUrgent()) {
            ledger.handler().report(effects.reports());
            return;
        }
        reports.addAll(effects.reports());
        int gathered = reportsGathered.addAndGet(effects.reports().size());
        // Nobody may be left who would send them later.
        if (closed || gathered > REPORTS_GATHERED_MAX) {
            sendReports();
        }
    }

    /** Sends the reports that have gathered: several clients' in one record. */
    private void sendReports() {
        List<LeaseReport> gathered = new ArrayList<>();
        for (LeaseReport report = reports.poll(); report != null; report = reports.poll()) {
            gathered.add(report);
        }
        reportsGathered.addAndGet(-gathered.size());
        if (!gathered.isEmpty()) {
            ledger.handler().report(gathered);
        }
    }

    private void ask(TrackedKey key, LeaseCall call) {
        long requestedNanos = timers.nanoTime();
        // A lease that came later could not be spent.
        long deadlineMillis = Math.min(CALL_MILLIS_MAX, Lease.spendNanos(config.leaseMillis()) / 1_000_000);
        LeaseService.Late<LeaseReply> late = LeaseService.Late.ofLease(config.leaseMillis(), reply -> {
            if (reply.tokens() > 0) {
                meters.leasedLate(reply.tokens());
                tookLate(key, requestedNanos, (roundTrip, effects) -> key.answeredLate(reply, roundTrip, effects));
            }
        });
        CompletableFuture<?> handled = begun(() -> ledger.handler().lease(call.request(), deadlineMillis, late))
                .whenComplete((answer, failure) -> {
                    Answer<LeaseReply> taken = failure == null ? answer : new Answer.Unavailable<>(NOT_ASKED);
                    meters.leased(taken);
                    RoundTrip roundTrip = new RoundTrip(requestedNanos, timers.nanoTime());
                    lookAt(key, effects -> key.answered(call, taken, roundTrip, effects));
                });
        awaitAtEnd(handled);
    }

    /** A request, whose failure to begin is a failed answer: so every request that a key waits for ends. */
    private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> request) {
        try {
            return request.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** How one key takes an answer that came after its deadline. */
    @FunctionalInterface
    private interface LateAnswer {
        void at(RoundTrip roundTrip, Effects effects);
    }

    private void tookLate(TrackedKey key, long requestedNanos, LateAnswer answer) {
        RoundTrip roundTrip = new RoundTrip(requestedNanos, timers.nanoTime());
        guarded(() -> lookAt(key, effects -> answer.at(roundTrip, effects)));
    }

    private void awaitAtEnd(CompletableFuture<?> handled) {
        if (handled.isDone() && !handled.isCompletedExceptionally()) {
            return;
        }
        underWay.add(handled);
        CompletableFuture<?> unused = handled.whenComplete((done, failure) -> {
            underWay.remove(handled);
            if (failure != null) {
                LOG.error("handing out a lease failed", failure);
            }
        });
    }

    /** Sends the request to the ledger, and takes the lease or the denial that its verdict brings. */
    CompletableFuture<Answer<AdmissionVerdict>> admitLending(
            TrackedKey key, Waiter caller, WaitResult.Asking asking, long deadlineMillis) {
        meters.asked(asking.reason());
        LeaseTerms takes = asking.takesComing() ? takenComing : taken;
        long requestedNanos = timers.nanoTime();
        // Others of the key may have less time than this caller, and its answer may be lost.
        Future<?> overdue = deadlineMillis > CALL_MILLIS_MAX
                ? timers.runAfter(
                        CALL_MILLIS_MAX, () -> lookAt(key, effects -> key.overdue(caller, timers.nanoTime(), effects)))
                : null;
        LeaseService.Late<AdmissionVerdict.Recorded> late = LeaseService.Late.ofLease(config.leaseMillis(), verdict -> {
            lent(verdict.verdict().lease());
            // A denial, too, may be repeated as soon as it is known.
            tookLate(
                    key,
                    requestedNanos,
                    (roundTrip, effects) -> key.answered(caller, new Answer.Answered<>(verdict), roundTrip, effects));
        });
        CompletableFuture<Answer<AdmissionVerdict>> answered = begun(
                        () -> ledger.handler().admit(caller.request().taking(takes), deadlineMillis, late))
                .whenComplete((answer, failure) -> {
                    if (overdue != null) {
                        overdue.cancel(/* mayInterruptIfRunning= */ false);
                    }
                    // Without it, all later callers of the key would wait for the one that failed.
                    Answer<AdmissionVerdict> taken = failure == null ? answer : new Answer.Unavailable<>(NOT_ASKED);
                    RoundTrip roundTrip = new RoundTrip(requestedNanos, timers.nanoTime());
                    lookAt(key, effects -> key.answered(caller, taken, roundTrip, effects));
                })
                .thenApply(this::withoutLease);
        awaitAtEnd(answered);
        return answered;
    }

    /** The lease is the front end's, and no concern of the caller. */
    private Answer<AdmissionVerdict> withoutLease(Answer<AdmissionVerdict> answer) {
        if (!(answer.orNull() instanceof AdmissionVerdict.Recorded recorded)) {
            return answer;
        }
        LeaseTerms terms = recorded.verdict().lease();
        if (terms == null) {
            return answer;
        }
        lent(terms);
        return new Answer.Answered<>(
                new AdmissionVerdict.Recorded(recorded.verdict().lending(null)));
    }

    private void lent(@Nullable LeaseTerms terms) {
        if (terms != null && terms.tokens() > 0) {
            meters.lent(terms.tokens());
        }
    }

    /** Admits a caller that has waited already, in what is left of its time. */
    private void admitLate(Waiter waiter) {
        long millisLeft = waiter.millisLeft(timers.nanoTime());
        if (millisLeft < 1) {
            answerWithout(waiter, "no verdict in time");
            return;
        }
        // Another thread may have got here, whose own trace is not that of the caller.
        try (Scope unused = waiter.caller().makeCurrent()) {
            begun(() -> ledger.admissions().admit(waiter.request(), millisLeft)).whenComplete((answer, failure) -> {
                if (failure == null) {
                    waiter.answer().complete(answer);
                } else {
                    LOG.error("admitting a caller that has waited failed", failure);
                    answerWithout(waiter, NOT_ASKED);
                }
            });
        }
    }

    /** Ends the wait of a caller whose time is over, if it has no answer yet. */
    void giveUp(Waiter waiter, long deadlineMillis) {
        if (waiter.claim()) {
            meters.waitedInVain();
            answerWithout(waiter, "no verdict within " + deadlineMillis + " ms");
        }
    }

    /** The answer of a claimed caller for whom there is no verdict. */
    private void answerWithout(Waiter waiter, String detail) {
        try {
            waiter.answer().complete(ledger.failurePolicies().answer(waiter.request(), detail));
        } catch (RuntimeException | Error e) {
            waiter.answer().completeExceptionally(e);
        }
    }

    @Override
    public void revoked(Revocation revocation) {
        meters.revoked(revocation);
        DecisionId before = new DecisionId(revocation.partition(), revocation.offset());
        String account = revocation.account();
        if (account == null) {
            marks.add(revocation);
            forAll(key -> true, (key, effects) -> key.rulesChanged(before, timers.nanoTime(), effects));
        } else {
            forAll(
                    key -> account.equals(key.key().account()),
                    (key, effects) -> key.accountChanged(before, timers.nanoTime(), effects));
        }
    }

    @Override
    public void interrupted() {
        long nowNanos = timers.nanoTime();
        marks.interrupted(nowNanos);
        forAll(key -> true, (key, effects) -> key.giveUp(nowNanos, effects));
    }

    /** How one key takes what has happened. */
    @FunctionalInterface
    private interface Change {
        void at(TrackedKey key, Effects effects);
    }

    private record Undone(TrackedKey key, Effects effects) {}

    /** At once, on the thread that reads replies; another thread sends the reports about it. */
    private void forAll(Predicate<TrackedKey> concerned, Change change) {
        for (TrackedKey key : keys.all()) {
            if (!concerned.test(key)) {
                continue;
            }
            Effects effects = new Effects(key.key());
            change.at(key, effects);
            if (!effects.isEmpty()) {
                undone.add(new Undone(key, effects));
            }
        }
        timers.run(this::performUndone);
    }

    private void performUndone() {
        for (Undone next = undone.poll(); next != null; next = undone.poll()) {
            perform(next.key(), next.effects());
        }
    }

    /** Answers nothing from now on; gives back what is left, also of leases that are still on their way. */
    void close() {
        for (TrackedKey key : keys.all()) {
            guarded(() -> lookAt(key, key::deactivate));
        }
        closed = true;
        // The thread that would have done it has ended.
        performUndone();
        guarded(this::sendReports);
        CompletableFuture<?> answered = CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> ledger.handler().overdue())
                .thenCompose(overdue -> overdue);
        timers.await(answered, CLOSE_MILLIS);
    }
}
