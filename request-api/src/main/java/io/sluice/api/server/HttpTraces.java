package io.sluice.api.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.sluice.topics.tracing.SpanSource;
import io.sluice.topics.tracing.TraceAttributes;
import io.sluice.topics.tracing.TraceHeaders;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The span of each request over HTTP, from its head to its answer, in the trace of its caller.
 *
 * <p>A {@code traceparent} that is malformed, or that comes twice, is ignored, since callers may send any bytes.
 */
public final class HttpTraces {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    /** OpenTelemetry's name for unknown methods. */
    private static final String OTHER = "_OTHER";
    /** The longest path in a span; the rest is left out. */
    private static final int PATH_CHARS_MAX = 256;

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final SpanSource spans;

    /** Spans for this SDK; none at all for {@link OpenTelemetry#noop}. */
    public HttpTraces(OpenTelemetry openTelemetry) {
        this.spans = new SpanSource(openTelemetry);
    }

    /** Begins a span; null without tracing. */
    @Nullable Span begin(Request request, ApiRoute route) {
        if (!spans.isEnabled()) {
            return null;
        }
        String path = String.valueOf(request.getHttpURI().getPath());
        String method = route.method().equals(ApiRoute.ANY_METHOD) ? known(request.getMethod()) : route.method();
        return spans.span(method + " " + route.path())
                .setParent(W3C.extract(Context.root(), request.getHeaders(), FieldGetter.GETTER))
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(METHOD, method)
                .setAttribute(ROUTE, route.path())
                .setAttribute(PATH, path.substring(0, Math.min(path.length(), PATH_CHARS_MAX)))
                .setAttribute(SCHEME, String.valueOf(request.getHttpURI().getScheme()))
                .startSpan();
    }

    /** A method of HTTP, or {@code _OTHER}: callers may invent any number. */
    private static String known(String method) {
        return HttpMethod.fromString(method) == null ? OTHER : method;
    }

    /** Ends it with the answer. */
    static void end(Span span, int status) {
        span.setAttribute(STATUS, (long) status);
        if (HttpStatus.isServerError(status)) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute(TraceAttributes.ERROR_TYPE, Integer.toString(status));
        }
        span.end();
    }

    /** Ends it without one. */
    static void end(Span span, Throwable failure) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(TraceAttributes.ERROR_TYPE, failure.getClass().getName());
        span.end();
    }

    private enum FieldGetter implements TextMapGetter<HttpFields> {
        GETTER;

        @Override
        public Iterable<String> keys(HttpFields fields) {
            return List.of(TraceHeaders.TRACEPARENT, TraceHeaders.TRACESTATE);
        }

        /** Several {@code tracestate} fields are one, in their order. */
        @Override
        public @Nullable String get(@Nullable HttpFields fields, String name) {
            if (fields == null) {
                return null;
            }
            List<String> values = fields.getValuesList(name);
            if (values.isEmpty() || (values.size() > 1 && name.equals(TraceHeaders.TRACEPARENT))) {
                return null;
            }
            String value = values.size() == 1 ? values.get(0) : String.join(",", values);
            return value.length() > TraceHeaders.VALUE_CHARS_MAX ? null : value;
        }
    }
}
