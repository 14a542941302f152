package io.sluice.cli;

import io.micrometer.core.instrument.Counter;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** A count of spans that have ended. Those that no exporter has counted wait, or were dropped. */
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
