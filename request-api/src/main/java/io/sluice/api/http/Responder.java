package io.sluice.api.http;

import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers when they are there, and measures how long that took; no thread waits in between. */
public final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);
    private static final Duration SHORTEST = Duration.ofNanos(100_000);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final MeterRegistry registry;
    private final AtomicInteger inFlight = new AtomicInteger();

    public Responder(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("sluice.http.in.flight", inFlight, AtomicInteger::get)
                .description("Requests that wait for their answers")
                .register(registry);
    }

    /** Answers now. */
    public void respond(Context context, String endpoint, HttpAnswer answer) {
        respond(context, endpoint, CompletableFuture.completedFuture(answer));
    }

    /** Answers when the future completes, however it does. */
    public void respond(Context context, String endpoint, CompletableFuture<HttpAnswer> future) {
        long startedNanos = System.nanoTime();
        inFlight.incrementAndGet();
        CompletableFuture<Void> sent = future.exceptionally(Responder::answerOf).thenAccept(answer -> {
            inFlight.decrementAndGet();
            send(context, answer);
            timer(endpoint, answer.status()).record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
        });
        context.future(() -> sent);
    }

    /** Puts the answer into the response. */
    public static void send(Context context, HttpAnswer answer) {
        context.status(answer.status());
        answer.headers().forEach(context::header);
        context.contentType(answer.contentType());
        context.result(answer.body().bytes());
    }

    /** The answer of a future that failed: its refusal; anything else is a defect and answers 500. */
    public static HttpAnswer answerOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused.answer();
        }
        LOG.error("answering a request failed", failure);
        return Problem.INTERNAL.answer("the request could not be answered");
    }

    private Timer timer(String endpoint, int status) {
        return Timer.builder("sluice.http.requests")
                .description("From reading a request to its answer")
                .tag("endpoint", endpoint)
                .tag("status", Integer.toString(status))
                .publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST)
                .maximumExpectedValue(LONGEST)
                .register(registry);
    }
}
