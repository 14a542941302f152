package io.sluice.api.server;

import io.opentelemetry.api.OpenTelemetry;

/**
 * The parts that every request of both ports passes on its way in and out.
 *
 * @param room that all bodies share
 * @param advice when to retry
 * @param traces the span of each request that is measured
 */
public record Sending(BodyRoom room, RequestMeters meters, RetryAdvice advice, HttpTraces traces) {
    /** Without traces. */
    public Sending(BodyRoom room, RequestMeters meters, RetryAdvice advice) {
        this(room, meters, advice, new HttpTraces(OpenTelemetry.noop()));
    }
}
