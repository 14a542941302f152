package io.sluice.topics.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/** The source of spans for one part of a process; traces are off with {@link OpenTelemetry#noop}. */
public final class SpanSource {
    private final boolean enabled;
    private final Tracer tracer;

    public SpanSource(OpenTelemetry openTelemetry) {
        this.enabled = openTelemetry != OpenTelemetry.noop();
        this.tracer = openTelemetry.getTracer(TraceAttributes.SCOPE);
    }

    public boolean isEnabled() {
        return enabled;
    }

    /** A span to be begun. */
    public SpanBuilder span(String name) {
        return tracer.spanBuilder(name);
    }

    /** The context of the calling thread; null if no span may begin in it: traces are off, or it is not sampled. */
    public @Nullable Context callerToTrace() {
        if (!enabled) {
            return null;
        }
        Context caller = Context.current();
        SpanContext parent = Span.fromContext(caller).getSpanContext();
        return parent.isValid() && !parent.isSampled() ? null : caller;
    }
}
