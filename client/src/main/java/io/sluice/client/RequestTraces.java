package io.sluice.client;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.sluice.client.PendingReplies.Arrival;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.tracing.SpanSource;
import io.sluice.topics.tracing.TraceAttributes;
import io.sluice.topics.tracing.TraceHeaders;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a request that goes through Kafka: one for sending it, one for taking its reply.
 *
 * <p>A record names its span only if that is sampled. Without tracing, or for a request that is not sampled, nothing is
 * made and no record has a header.
 */
final class RequestTraces {
    private static final Attributes SENDING = TraceAttributes.messaging("send", TopicCatalogue.REQUESTS);
    private static final Attributes RECEIVING = TraceAttributes.messaging("receive", TopicCatalogue.REPLIES);

    private final SpanSource spans;

    RequestTraces(OpenTelemetry openTelemetry) {
        this.spans = new SpanSource(openTelemetry);
    }

    /** Begins the span of a record that is about to be sent, and names it in the record; null for no span. */
    @Nullable Span sending(ProducerRecord<byte[], byte[]> record) {
        Context caller = spans.callerToTrace();
        if (caller == null) {
            return null;
        }
        Span span = spans.span("send " + TopicCatalogue.REQUESTS)
                .setParent(caller)
                .setSpanKind(SpanKind.PRODUCER)
                .setAllAttributes(SENDING)
                .setAttribute(TraceAttributes.PARTITION, String.valueOf(record.partition()))
                .startSpan();
        if (!span.getSpanContext().isSampled()) {
            return null;
        }
        TraceHeaders.write(span, record.headers());
        return span;
    }

    /** Ends that span when the record is written, or cannot be. */
    static Callback written(Span span, Callback then) {
        return (metadata, failure) -> {
            if (failure != null) {
                failed(span, failure);
            } else if (metadata.hasOffset()) {
                span.setAttribute(TraceAttributes.OFFSET, metadata.offset());
            }
            span.end();
            then.onCompletion(metadata, failure);
        };
    }

    private static void failed(Span span, Exception failure) {
        span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        span.setAttribute(TraceAttributes.ERROR_TYPE, failure.getClass().getName());
    }

    /** Ends that span, since the record could not even be given to the producer. */
    static void notWritten(Span span, Exception failure) {
        failed(span, failure);
        span.end();
    }

    /** The span that a reply names; null if that is of no use. */
    @Nullable SpanContext answering(Headers headers) {
        SpanContext answering = spans.isEnabled() ? TraceHeaders.read(headers) : SpanContext.getInvalid();
        return answering.isValid() ? answering : null;
    }

    /**
     * Notes that the reply has come, or that none will.
     *
     * @param sent the span of sending the request; a reply that names another trace is somebody else's
     */
    Arrival received(Span sent, Arrival arrival) {
        SpanContext request = sent.getSpanContext();
        SpanContext reply = arrival.trace();
        boolean isOurs = reply != null && reply.getTraceId().equals(request.getTraceId());
        Span span = spans.span("receive " + TopicCatalogue.REPLIES)
                .setParent(Context.root().with(Span.wrap(isOurs ? reply : request)))
                .setSpanKind(SpanKind.CONSUMER)
                .setAllAttributes(RECEIVING)
                .startSpan();
        if (arrival.failure() != null) {
            span.setStatus(StatusCode.ERROR, arrival.failure());
        }
        span.end();
        return arrival;
    }
}
