package io.sluice.cli;

import io.micrometer.core.instrument.Counter;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** Counts spans that have ended: those that no exporter counts were dropped, or wait. */
final class EndedSpans implements SpanProcessor {
    private final Counter ended;

    EndedSpans(Counter ended) {
        this.ended = ended;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        // Only ends count.
    }

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (span.getSpanContext().isSampled()) {
            ended.increment();
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }
}
