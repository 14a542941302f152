package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.LeaseService;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the effects of keys: requests leases, hands them out, reports what became of them, and takes revocations.
 */
final class LeaseScheduler implements LeaseService.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseScheduler.class);
    private static final long WINDOW_NANOS = FastAdmissions.WINDOW_MILLIS * 1_000_000;
    /** A key is cold again below this share of the rate that makes it hot: chance alone must not do it. */
    private static final double COLD_SHARE = 1.0 / 3;
    /** A hot key without a request for so long is cold, whatever its rate was. */
    private static final long IDLE_NANOS = 4_000_000_000L;
    /** A cold key without a request for so long is forgotten. */
    private static final long QUIET_NANOS = 1_000_000_000;
    /** How long to wait at the end for leases that are on their way; those that come later count as spent. */
    private static final long CLOSE_MILLIS = 500;

    private final FastAdmissions.Backend ledger;
    private final FastPath config;
    private final Timers timers;
    private final RoundTripEstimator roundTrips = new RoundTripEstimator();
    private final RevocationMarks marks = new RevocationMarks();
    private final KeyTable keys;
    private final Set<TrackedKey> hotKeys = ConcurrentHashMap.newKeySet();
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private final FastPathMeters meters;
    // Only the one thread that tends the keys uses it.
    private long windowNanos;

    LeaseScheduler(FastAdmissions.Backend ledger, FastPath config, Timers timers, FastPathMeters meters) {
        this.ledger = ledger;
        this.config = config;
        this.timers = timers;
        this.meters = meters;
        this.windowNanos = timers.nanoTime();
        this.keys = new KeyTable(
                config.trackedKeysMax(), key -> new TrackedKey(key, config, roundTrips, marks, timers.nanoTime()));
    }

    KeyTable keys() {
        return keys;
    }

    /** Checks everything that time changes. */
    void tick() {
        for (TrackedKey key : hotKeys) {
            maintain(key);
        }
        long nowNanos = timers.nanoTime();
        if (nowNanos - windowNanos >= WINDOW_NANOS) {
            windowNanos = nowNanos;
            for (TrackedKey key : keys.all()) {
                updateRate(key, nowNanos);
            }
        }
    }

    void maintain(TrackedKey key) {
        lookAt(key, effects -> key.maintain(timers.nanoTime(), effects));
    }

    private void lookAt(TrackedKey key, Consumer<Effects> look) {
        Effects effects = new Effects(key.key());
        look.accept(effects);
        perform(key, effects);
    }

    private void updateRate(TrackedKey key, long nowNanos) {
        RateEstimator rate = key.rate();
        rate.updateRate(nowNanos);
        boolean hot = key.isHot();
        if (!hot && rate.requestsPerSecond() >= config.hotPerSecond()) {
            hotKeys.add(key);
            lookAt(key, effects -> key.activate(nowNanos, effects));
        } else if (hot && isCold(rate, nowNanos)) {
            hotKeys.remove(key);
            lookAt(key, key::deactivate);
        } else if (!hot && rate.quietNanos(nowNanos) > QUIET_NANOS && key.isIdle()) {
            keys.remove(key);
        }
    }

    private boolean isCold(RateEstimator rate, long nowNanos) {
        return rate.requestsPerSecond() < config.hotPerSecond() * COLD_SHARE || rate.quietNanos(nowNanos) > IDLE_NANOS;
    }

    /** Carries out the effects of work on a key; no lock is held. */
    void perform(TrackedKey key, Effects effects) {
        meters.told(effects);
        for (LeaseReport report : effects.reports()) {
            ledger.handler().report(report);
        }
        LeaseCall call = effects.call();
        if (call != null) {
            ask(key, call);
        }
        for (Effects.Answered answered : effects.answered()) {
            meters.answered(answered.verdict());
            answered.waiter().answer().complete(new Answer.Answered<>(answered.verdict()));
        }
        for (Waiter waiter : effects.unserved()) {
            admitLate(key, waiter);
        }
    }

    private void ask(TrackedKey key, LeaseCall call) {
        long requestedNanos = timers.nanoTime();
        // A lease that came later could not be spent.
        long deadlineMillis = Lease.spendNanos(config.leaseMillis()) / 1_000_000;
        CompletableFuture<?> handled = ledger.handler()
                .lease(call.request(), deadlineMillis)
                .thenAccept(answer -> {
                    meters.leased(answer);
                    RoundTrip roundTrip = new RoundTrip(requestedNanos, timers.nanoTime());
                    roundTrips.observed(roundTrip.nowNanos() - roundTrip.requestedNanos());
                    lookAt(key, effects -> key.answered(call, answer, roundTrip, effects));
                });
        underWay.add(handled);
        CompletableFuture<?> unused = handled.whenComplete((done, failure) -> {
            underWay.remove(handled);
            if (failure != null) {
                LOG.error("handing out a lease failed", failure);
            }
        });
    }

    /** Sends the request to the ledger itself, and remembers a denial that can be repeated. */
    CompletableFuture<Answer<AdmissionVerdict>> admitAlone(
            TrackedKey key, AdmissionRequest request, long deadlineMillis) {
        long requestedNanos = timers.nanoTime();
        return ledger.admissions().admit(request, deadlineMillis).thenApply(answer -> {
            if (answer.orNull() instanceof AdmissionVerdict.Recorded recorded) {
                key.remember(recorded.verdict(), request.cost(), new RoundTrip(requestedNanos, timers.nanoTime()));
            }
            return answer;
        });
    }

    /** Admits a caller that has waited already, in what is left of its time. */
    private void admitLate(TrackedKey key, Waiter waiter) {
        long millisLeft = waiter.millisLeft(timers.nanoTime());
        if (millisLeft < 1) {
            waiter.answer().complete(unanswered(waiter, "no verdict in time"));
            return;
        }
        admitAlone(key, waiter.request(), millisLeft).whenComplete((answer, failure) -> {
            if (failure == null) {
                waiter.answer().complete(answer);
            } else {
                waiter.answer().completeExceptionally(failure);
            }
        });
    }

    /** Ends the wait of a caller whose time is over, if it has no answer yet. */
    void giveUp(Waiter waiter, long deadlineMillis) {
        if (waiter.claim()) {
            meters.waitedInVain();
            waiter.answer().complete(unanswered(waiter, "no verdict within " + deadlineMillis + " ms"));
        }
    }

    private Answer<AdmissionVerdict> unanswered(Waiter waiter, String detail) {
        return ledger.failurePolicies().answer(waiter.request(), detail);
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

    /** At once, on the thread that reads replies; another thread sends the reports about it. */
    private void forAll(Predicate<TrackedKey> concerned, Change change) {
        for (TrackedKey key : keys.all()) {
            if (!concerned.test(key)) {
                continue;
            }
            Effects effects = new Effects(key.key());
            change.at(key, effects);
            if (!effects.isEmpty()) {
                timers.run(() -> perform(key, effects));
            }
        }
    }

    /** Answers nothing from now on; gives back what is left, also of leases that are still on their way. */
    void close() {
        for (TrackedKey key : keys.all()) {
            lookAt(key, key::deactivate);
        }
        timers.await(CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)), CLOSE_MILLIS);
    }
}
