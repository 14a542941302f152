package io.sluice.client.fastpath;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.topics.tracing.SpanSource;
import io.sluice.topics.tracing.TraceAttributes;
import org.jspecify.annotations.Nullable;

/** The span of an admission at a front end, whoever answers it: a lease, a repeated denial, or the ledger. */
final class AdmissionTraces {
    private final SpanSource spans;

    AdmissionTraces(OpenTelemetry openTelemetry) {
        this.spans = new SpanSource(openTelemetry);
    }

    /** Begins it; null without tracing, or if the request is not sampled. */
    @Nullable Span begin() {
        Context caller = spans.callerToTrace();
        if (caller == null) {
            return null;
        }
        // One that is not sampled is given on too: so what comes after it does not begin a trace of its own.
        return spans.span("admit").setParent(caller).startSpan();
    }

    /** The context that a caller comes with. */
    Context caller() {
        return spans.isEnabled() ? Context.current() : Context.root();
    }

    static void end(Span span, @Nullable Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer == null ? null : answer.orNull();
        VerdictDetails details = verdict == null ? null : verdict.details();
        if (details != null) {
            TraceAttributes.verdict(span, details);
        }
        if (answer instanceof Answer.Degraded<AdmissionVerdict>) {
            span.setAttribute(TraceAttributes.DEGRADED, true);
        }
        if (verdict instanceof AdmissionVerdict.Recorded recorded) {
            span.setAttribute(TraceAttributes.DECISION, recorded.verdict().decisionId());
        } else if (verdict instanceof AdmissionVerdict.Local local) {
            name(span, local.basis());
        }
        span.end();
    }

    private static void name(Span span, AdmissionVerdict.Basis basis) {
        if (basis instanceof AdmissionVerdict.Lease lease) {
            span.setAttribute(TraceAttributes.LEASE, lease.leaseId());
        } else if (basis instanceof AdmissionVerdict.Denial denial) {
            span.setAttribute(TraceAttributes.REPEATS, denial.decisionId());
        }
    }
}
