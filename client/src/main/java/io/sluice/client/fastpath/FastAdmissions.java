package io.sluice.client.fastpath;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicies;
import io.sluice.client.ForwardingAdmissions;
import io.sluice.client.LeaseService;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Admissions that answers most requests by itself, exactly: out of leases, and by repeating denials while they hold.
 *
 * <pre>
 *   admit --&gt; not for leases, or no room for the key -----------------------&gt; Admissions (the ledger)
 *         --&gt; a lease has tokens: allowed here and now                          ^   |
 *         --&gt; denied for so much, and it holds: denied here and now             |   | a verdict,
 *         --&gt; nothing of the key is under way: ask, and take a lease -----------+   | and with it a lease
 *         --&gt; something is under way: wait for it, with others &lt;--------------------+ or a denial
 * </pre>
 *
 * <p>Nothing is admitted here that was not debited in the log before; a lease report tells the ledger what was
 * answered.
 */
public final class FastAdmissions extends ForwardingAdmissions implements AutoCloseable {
    /** How often leases are checked. */
    static final long TICK_MILLIS = 25;

    private static final WaitResult.Asking RENEWAL = new WaitResult.Asking(AskReason.RENEWAL, /* takesComing= */ false);

    private volatile boolean open;
    private final Timers timers;
    private final LeaseScheduler scheduler;
    private final KeyTable keys;
    private final FastPathMeters meters;
    private final AdmissionTraces traces;

    /**
     * What the fast path stands in front of: the ledger, its lease handler, and the answer when neither replies in
     * time.
     */
    public record Backend(Admissions admissions, LeaseService handler, FailurePolicies failurePolicies) {}

    FastAdmissions(Backend ledger, FastPath config, Timers timers, MeterRegistry registry) {
        this(ledger, config, timers, registry, OpenTelemetry.noop());
    }

    FastAdmissions(
            Backend ledger, FastPath config, Timers timers, MeterRegistry registry, OpenTelemetry openTelemetry) {
        super(ledger.admissions());
        this.traces = new AdmissionTraces(openTelemetry);
        this.open = config.enabled();
        this.timers = timers;
        this.meters = new FastPathMeters(registry, config);
        this.scheduler = new LeaseScheduler(ledger, config, timers, meters);
        this.keys = scheduler.keys();
        meters.bindTo(registry, keys, scheduler.openLeases(), config);
        ledger.handler().listen(scheduler);
        timers.runEvery(TICK_MILLIS, scheduler::tick);
    }

    /** Begins to answer; to be closed before the backend is. */
    public static FastAdmissions start(Backend ledger, FastPath config, MeterRegistry registry) {
        return start(ledger, config, registry, OpenTelemetry.noop());
    }

    /** Begins to answer, with a span for each admission that is sampled. */
    public static FastAdmissions start(
            Backend ledger, FastPath config, MeterRegistry registry, OpenTelemetry openTelemetry) {
        return new FastAdmissions(ledger, config, new ThreadTimers(), registry, openTelemetry);
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        Span span = traces.begin();
        if (span == null) {
            return admitUntraced(request, deadlineMillis);
        }
        try (Scope unused = span.makeCurrent()) {
            CompletableFuture<Answer<AdmissionVerdict>> answer = admitUntraced(request, deadlineMillis);
            return answer.whenComplete((answered, failure) -> AdmissionTraces.end(span, answered));
        }
    }

    private CompletableFuture<Answer<AdmissionVerdict>> admitUntraced(AdmissionRequest request, long deadlineMillis) {
        if (!isEligible(request) || deadlineMillis < 1) {
            return admitAlone(AskReason.ONLY_LEDGER, request, deadlineMillis);
        }
        LeaseKey leaseKey = LeaseKey.of(request);
        long nowNanos = timers.nanoTime();
        TrackedKey key = keys.find(leaseKey);
        if (key != null && key.needsVerdict(nowNanos)) {
            Waiter caller = waiter(request, deadlineMillis, nowNanos);
            if (key.asks(caller, nowNanos)) {
                return scheduler.admitLending(key, caller, RENEWAL, deadlineMillis);
            }
        }
        AdmissionVerdict.Local verdict = key == null ? null : key.answerNow(request, nowNanos);
        if (key == null || verdict == null) {
            return admitTogether(leaseKey, request, deadlineMillis, nowNanos);
        }
        if (key.isRunningOut(nowNanos)) {
            scheduler.renewWithin(key, key.spareNanos(nowNanos));
        }
        return local(verdict);
    }

    private CompletableFuture<Answer<AdmissionVerdict>> admitAlone(
            AskReason reason, AdmissionRequest request, long deadlineMillis) {
        meters.asked(reason);
        return super.admit(request, deadlineMillis);
    }

    private Waiter waiter(AdmissionRequest request, long deadlineMillis, long nowNanos) {
        return new Waiter(request, nowNanos + deadlineMillis * 1_000_000, traces.caller());
    }

    /** Whether any other request of the same key could have been sent in its place. */
    private boolean isEligible(AdmissionRequest request) {
        return open
                && request.cost() >= 1
                && request.cost() <= FastPath.COST_MAX
                && request.onlyLedgerAnswers() == null;
    }

    private CompletableFuture<Answer<AdmissionVerdict>> local(AdmissionVerdict.Local verdict) {
        meters.answered(verdict);
        return CompletableFuture.completedFuture(new Answer.Answered<>(verdict));
    }

    private CompletableFuture<Answer<AdmissionVerdict>> admitTogether(
            LeaseKey leaseKey, AdmissionRequest request, long deadlineMillis, long nowNanos) {
        Waiter waiter = waiter(request, deadlineMillis, nowNanos);
        while (true) {
            TrackedKey key = keys.obtain(leaseKey);
            if (key == null) {
                return admitAlone(AskReason.NO_ROOM, request, deadlineMillis);
            }
            // Again, since a key that is made after the end of all others is ended by nobody.
            if (!open) {
                return admitAlone(AskReason.ONLY_LEDGER, request, deadlineMillis);
            }
            Effects effects = new Effects(leaseKey);
            WaitResult result = key.join(waiter, nowNanos, effects);
            if (result instanceof WaitResult.Answered answered) {
                return local(answered.verdict());
            }
            if (result instanceof WaitResult.Alone alone) {
                return admitAlone(alone.reason(), request, deadlineMillis);
            }
            if (result instanceof WaitResult.Asking asking) {
                scheduler.perform(key, effects);
                return scheduler.admitLending(key, waiter, asking, deadlineMillis);
            }
            if (result instanceof WaitResult.Waiting) {
                meters.waited();
                waiter.timer(timers.runAfter(deadlineMillis, () -> scheduler.giveUp(waiter, deadlineMillis)));
                return waiter.answer();
            }
            // The key is gone from the table, or will be at once.
            keys.remove(key);
        }
    }

    /** Answers nothing by itself from now on, and gives back what is left of leases. */
    @Override
    public void close() {
        open = false;
        timers.close();
        scheduler.close();
    }
}
