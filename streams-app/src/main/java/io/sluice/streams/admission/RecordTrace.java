package io.sluice.streams.admission;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.tracing.SpanSource;
import io.sluice.topics.tracing.TraceAttributes;
import io.sluice.topics.tracing.TraceHeaders;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The span of the record that a processor works on, if its sender had it traced. Used by the processor's thread alone.
 *
 * <p>Only a record that names a sampled span has one: who wrote it has decided for the whole trace. A span is for
 * those who look on. It decides nothing, and a failure of it is a line in the log.
 */
final class RecordTrace {
    private static final Logger LOG = LoggerFactory.getLogger(RecordTrace.class);
    private static final Attributes PROCESSING = TraceAttributes.messaging("process", TopicCatalogue.REQUESTS);

    private final SpanSource spans;
    private @Nullable Span span;
    private @Nullable Headers outputs;

    RecordTrace(OpenTelemetry openTelemetry) {
        this.spans = new SpanSource(openTelemetry);
    }

    /** Begins the span of a record, if it has one. */
    void begin(Headers headers, DecisionId id) {
        if (!spans.isEnabled()) {
            return;
        }
        guarded(() -> {
            SpanContext sender = TraceHeaders.read(headers);
            if (sender.isSampled()) {
                begin(sender, id);
            }
        });
    }

    private void begin(SpanContext sender, DecisionId id) {
        Span begun = spans.span("process " + TopicCatalogue.REQUESTS)
                .setParent(Context.root().with(Span.wrap(sender)))
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(PROCESSING)
                .setAttribute(TraceAttributes.PARTITION, Integer.toString(id.partition()))
                .setAttribute(TraceAttributes.OFFSET, id.offset())
                .setAttribute(TraceAttributes.DECISION, id.text())
                .startSpan();
        span = begun;
        if (begun.getSpanContext().isSampled()) {
            Headers named = new RecordHeaders();
            TraceHeaders.write(begun, named);
            outputs = named;
        }
    }

    /** Notes what was decided. */
    void verdict(VerdictDetails details) {
        Span current = span;
        if (current != null) {
            guarded(() -> TraceAttributes.verdict(current, details));
        }
    }

    /** Notes that the record was refused. */
    void refused(DeadLetterReason reason) {
        Span current = span;
        if (current != null) {
            guarded(() -> current.setAttribute(TraceAttributes.ERROR_TYPE, reason.code()));
        }
    }

    /** What the records that the span leads to say of it; null for none. */
    @Nullable Headers outputs() {
        return outputs;
    }

    /** Ends the span. */
    void end() {
        Span current = span;
        if (current != null) {
            span = null;
            outputs = null;
            guarded(current::end);
        }
    }

    private static void guarded(Runnable tracing) {
        try {
            tracing.run();
        } catch (RuntimeException e) {
            LOG.warn("a span could not be kept", e);
        }
    }
}
