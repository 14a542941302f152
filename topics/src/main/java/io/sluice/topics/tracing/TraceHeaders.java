package io.sluice.topics.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a record belongs to, in its headers {@code traceparent} and {@code tracestate} (W3C Trace Context).
 *
 * <p>Producers may write any bytes there, so a malformed trace context is not an error; it counts as absent. Nothing
 * else of a record depends on these headers.
 */
public final class TraceHeaders {
    /** The field that names trace and parent. */
    public static final String TRACEPARENT = "traceparent";
    /** The field that the tracing systems on the way keep for themselves. */
    public static final String TRACESTATE = "tracestate";

    /** The longest value that is looked at: as much of a {@code tracestate} as everybody has to forward. */
    public static final int VALUE_CHARS_MAX = 512;

    private static final List<String> NAMES = List.of(TRACEPARENT, TRACESTATE);
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
    private static final TextMapSetter<Headers> SETTER = TraceHeaders::set;

    private TraceHeaders() {}

    /** The span that wrote a record; invalid if its headers name none. */
    public static SpanContext read(Headers headers) {
        return headers.lastHeader(TRACEPARENT) == null
                ? SpanContext.getInvalid()
                : Span.fromContext(W3C.extract(Context.root(), headers, RecordGetter.GETTER))
                        .getSpanContext();
    }

    /** Names the span in the headers, in place of any that is named there. */
    public static void write(Span span, Headers headers) {
        W3C.inject(Context.root().with(span), headers, SETTER);
    }

    private static void set(@Nullable Headers headers, String name, String value) {
        if (headers != null) {
            headers.remove(name);
            headers.add(name, value.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private enum RecordGetter implements TextMapGetter<Headers> {
        GETTER;

        @Override
        public Iterable<String> keys(Headers headers) {
            return NAMES;
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String name) {
            Header header = headers == null ? null : headers.lastHeader(name);
            byte[] value = header == null ? null : header.value();
            return value == null || value.length > VALUE_CHARS_MAX
                    ? null
                    : new String(value, StandardCharsets.ISO_8859_1);
        }
    }
}
