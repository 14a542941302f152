package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.LeaseDesk;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.HoldId;
import io.sluice.schemas.request.Tally;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what keys come to: asks for leases, hands them out, tells what became of them, and hears what is void. */
final class LeaseClerk implements LeaseDesk.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseClerk.class);
    private static final long WINDOW_NANOS = FastAdmissions.WINDOW_MILLIS * 1_000_000;
    /** Of the rate that makes a key hot, the share below which it is cold again: chance alone must not do it. */
    private static final double COLD_SHARE = 1.0 / 3;
    /** A hot key of which nothing was heard for so long is cold, whatever its rate was. */
    private static final long IDLE_NANOS = 4_000_000_000L;
    /** A cold key of which nothing was heard for so long is forgotten. */
    private static final long QUIET_NANOS = 1_000_000_000;
    /** How long to wait at the end for leases that are on their way; those that come later count as spent. */
    private static final long CLOSE_MILLIS = 500;

    private final FastAdmissions.Ledger ledger;
    private final FastPath config;
    private final Timers timers;
    private final Pace pace = new Pace();
    private final RevocationMarks marks = new RevocationMarks();
    private final KeyTable keys;
    private final Set<TrackedKey> hotKeys = ConcurrentHashMap.newKeySet();
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private final FastPathMeters meters = new FastPathMeters();
    // Of the one thread that looks after the keys.
    private long windowNanos;

    LeaseClerk(FastAdmissions.Ledger ledger, FastPath config, Timers timers) {
        this.ledger = ledger;
        this.config = config;
        this.timers = timers;
        this.windowNanos = timers.nanoTime();
        this.keys = new KeyTable(
                config.trackedKeysMax(), key -> new TrackedKey(key, config, pace, marks, timers.nanoTime()));
    }

    KeyTable keys() {
        return keys;
    }

    FastPathMeters meters() {
        return meters;
    }

    /** Looks after everything that time changes. */
    void tick() {
        for (TrackedKey key : hotKeys) {
            tend(key);
        }
        long nowNanos = timers.nanoTime();
        if (nowNanos - windowNanos >= WINDOW_NANOS) {
            windowNanos = nowNanos;
            for (TrackedKey key : keys.all()) {
                roll(key, nowNanos);
            }
        }
    }

    void tend(TrackedKey key) {
        lookAt(key, deeds -> key.tend(timers.nanoTime(), deeds));
    }

    private void lookAt(TrackedKey key, Consumer<Deeds> look) {
        Deeds deeds = new Deeds(key.key());
        look.accept(deeds);
        perform(key, deeds);
    }

    private void roll(TrackedKey key, long nowNanos) {
        Demand demand = key.demand();
        demand.roll(nowNanos);
        boolean hot = key.isHot();
        if (!hot && demand.askedPerSecond() >= config.hotPerSecond()) {
            hotKeys.add(key);
            lookAt(key, deeds -> key.heat(nowNanos, deeds));
        } else if (hot && isCold(demand, nowNanos)) {
            hotKeys.remove(key);
            lookAt(key, key::cool);
        } else if (!hot && demand.quietNanos(nowNanos) > QUIET_NANOS && key.isIdle()) {
            keys.remove(key);
        }
    }

    private boolean isCold(Demand demand, long nowNanos) {
        return demand.askedPerSecond() < config.hotPerSecond() * COLD_SHARE || demand.quietNanos(nowNanos) > IDLE_NANOS;
    }

    /** Does what a look at a key has come to; no lock is held. */
    void perform(TrackedKey key, Deeds deeds) {
        meters.told(deeds);
        for (Tally tally : deeds.tallies()) {
            ledger.desk().tally(tally);
        }
        Asking asking = deeds.asking();
        if (asking != null) {
            ask(key, asking);
        }
        for (Deeds.Answered answered : deeds.answered()) {
            meters.answered(answered.verdict());
            answered.waiter().answer().complete(new Answer.Answered<>(answered.verdict()));
        }
        for (Waiter waiter : deeds.unserved()) {
            admitLate(key, waiter);
        }
    }

    private void ask(TrackedKey key, Asking asking) {
        long askedNanos = timers.nanoTime();
        // Later than that it could not be spent.
        long deadlineMillis = Lease.spendNanos(config.leaseMillis()) / 1_000_000;
        CompletableFuture<?> handled = ledger.desk()
                .lease(asking.request(), deadlineMillis)
                .thenAccept(answer -> {
                    meters.leased(answer);
                    Round round = new Round(askedNanos, timers.nanoTime());
                    pace.observed(round.nowNanos() - round.askedNanos());
                    lookAt(key, deeds -> key.answered(asking, answer, round, deeds));
                });
        underWay.add(handled);
        CompletableFuture<?> unused = handled.whenComplete((done, failure) -> {
            underWay.remove(handled);
            if (failure != null) {
                LOG.error("handing out a lease failed", failure);
            }
        });
    }

    /** Asks the ledger itself, and remembers a denial that can be repeated. */
    CompletableFuture<Answer<AdmissionVerdict>> admitAlone(
            TrackedKey key, AdmissionRequest request, long deadlineMillis) {
        long askedNanos = timers.nanoTime();
        return ledger.admissions().admit(request, deadlineMillis).thenApply(answer -> {
            if (answer.orNull() instanceof AdmissionVerdict.Recorded recorded) {
                key.learn(recorded.verdict(), request.cost(), new Round(askedNanos, timers.nanoTime()));
            }
            return answer;
        });
    }

    /** For a caller that has waited already: in what is left of its time. */
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

    /** Ends the wait of a caller whose time is over, if nobody has answered it. */
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
        meters.revoked();
        HoldId before = new HoldId(revocation.partition(), revocation.offset());
        String account = revocation.account();
        if (account == null) {
            marks.add(revocation);
            forAll(key -> true, (key, deeds) -> key.rulesChanged(before, timers.nanoTime(), deeds));
        } else {
            forAll(
                    key -> account.equals(key.key().account()),
                    (key, deeds) -> key.accountChanged(before, timers.nanoTime(), deeds));
        }
    }

    @Override
    public void interrupted() {
        long nowNanos = timers.nanoTime();
        marks.interrupted(nowNanos);
        forAll(key -> true, (key, deeds) -> key.giveUp(nowNanos, deeds));
    }

    /** How one key takes what has happened. */
    @FunctionalInterface
    private interface Change {
        void at(TrackedKey key, Deeds deeds);
    }

    /** At once, on the thread that reads replies; what is to be told of it is told by another one. */
    private void forAll(Predicate<TrackedKey> concerned, Change change) {
        for (TrackedKey key : keys.all()) {
            if (!concerned.test(key)) {
                continue;
            }
            Deeds deeds = new Deeds(key.key());
            change.at(key, deeds);
            if (!deeds.isEmpty()) {
                timers.run(() -> perform(key, deeds));
            }
        }
    }

    /** Answers nothing from now on; gives back what is left, also of leases that are still on their way. */
    void close() {
        for (TrackedKey key : keys.all()) {
            lookAt(key, key::cool);
        }
        timers.await(CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)), CLOSE_MILLIS);
    }
}
