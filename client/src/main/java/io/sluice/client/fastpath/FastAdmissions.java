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
 * Admissions that answers frequent requests by itself, exactly: out of leases, and by repeating denials while they
 * hold.
 *
 * <pre>
 *   admit --&gt; cold, or not for leases ------------------------------------&gt; Admissions (the ledger)
 *         --&gt; hot --&gt; a lease has tokens: allowed here and now                    ^
 *                 --&gt; denied for so much, and it holds: denied here and now       |
 *                 --&gt; a lease is on its way: wait for it, with others --- too little or too late
 * </pre>
 *
 * <p>Nothing is admitted here that was not debited in the log before; a lease report tells the ledger what was
 * answered.
 */
public final class FastAdmissions extends ForwardingAdmissions implements AutoCloseable {
    /** How often leases are checked. */
    static final long TICK_MILLIS = 25;
    /** How often requests become rates. */
    static final long WINDOW_MILLIS = 100;

    private final boolean enabled;
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
        this.enabled = config.enabled();
        this.timers = timers;
        this.meters = new FastPathMeters(registry, config);
        this.scheduler = new LeaseScheduler(ledger, config, timers, meters);
        this.keys = scheduler.keys();
        meters.bindTo(registry, keys, config);
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
        TrackedKey key = isEligible(request) ? keys.of(request) : null;
        if (key == null) {
            return super.admit(request, deadlineMillis);
        }
        key.rate().asked(request.cost());
        return key.isHot() ? admitHot(key, request, deadlineMillis) : super.admit(request, deadlineMillis);
    }

    /** Whether any other request of the same key could have been sent in its place. */
    private boolean isEligible(AdmissionRequest request) {
        return enabled
                && request.cost() >= 1
                && request.cost() <= FastPath.COST_MAX
                && request.onlyLedgerAnswers() == null;
    }

    private CompletableFuture<Answer<AdmissionVerdict>> admitHot(
            TrackedKey key, AdmissionRequest request, long deadlineMillis) {
        long nowNanos = timers.nanoTime();
        AdmissionVerdict.Local verdict = key.answerNow(request, nowNanos);
        if (verdict == null) {
            return admitTogether(key, request, deadlineMillis, nowNanos);
        }
        if (key.isPressed(nowNanos)) {
            timers.run(() -> scheduler.maintain(key));
        }
        return local(verdict);
    }

    private CompletableFuture<Answer<AdmissionVerdict>> local(AdmissionVerdict.Local verdict) {
        meters.answered(verdict);
        return CompletableFuture.completedFuture(new Answer.Answered<>(verdict));
    }

    private CompletableFuture<Answer<AdmissionVerdict>> admitTogether(
            TrackedKey key, AdmissionRequest request, long deadlineMillis, long nowNanos) {
        Waiter waiter = new Waiter(request, nowNanos + deadlineMillis * 1_000_000, traces.caller());
        Effects effects = new Effects(key.key());
        WaitResult result = key.join(waiter, nowNanos, effects);
        if (result instanceof WaitResult.Answered answered) {
            return local(answered.verdict());
        }
        if (result instanceof WaitResult.Alone) {
            return scheduler.admitAlone(key, request, deadlineMillis);
        }
        meters.waited();
        waiter.timer(timers.runAfter(deadlineMillis, () -> scheduler.giveUp(waiter, deadlineMillis)));
        scheduler.perform(key, effects);
        return waiter.answer();
    }

    /** Answers nothing by itself from now on, and gives back what is left of leases. */
    @Override
    public void close() {
        timers.close();
        scheduler.close();
    }
}
