package io.sluice.api.http;

import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers when they are there, and measures how long that took; no thread waits in between. */
public final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);
    private static final Duration SHORTEST = Duration.ofNanos(100_000);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** Below the size from which on Javalin compresses. */
    private static final int BODY_BYTES_DIRECT_MAX = 1_400;
    /** One more than the greatest status of HTTP. */
    private static final int STATUSES = 600;

    private final MeterRegistry registry;
    private final AtomicInteger inFlight = new AtomicInteger();
    // To look a timer up in the registry costs more than to answer out of a lease.
    private final Map<String, AtomicReferenceArray<@Nullable Timer>> timers = new ConcurrentHashMap<>();

    public Responder(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("sluice.http.in.flight", inFlight, AtomicInteger::get)
                .description("Requests that wait for their answers")
                .register(registry);
    }

    /** Answers now, in the caller's thread. */
    public void respond(Context context, String endpoint, HttpAnswer answer) {
        long startedNanos = System.nanoTime();
        sendNow(context, answer);
        measure(endpoint, answer, startedNanos);
    }

    /**
     * Answers when the future completes, however it does; one that is complete is answered in the caller's thread.
     */
    public void respond(Context context, String endpoint, CompletableFuture<HttpAnswer> future) {
        CompletableFuture<HttpAnswer> answered = future.exceptionally(Responder::answerOf);
        if (answered.isDone()) {
            respond(context, endpoint, answered.join());
            return;
        }
        long startedNanos = System.nanoTime();
        inFlight.incrementAndGet();
        CompletableFuture<Void> sent = answered.thenAccept(answer -> {
            inFlight.decrementAndGet();
            send(context, answer);
            measure(endpoint, answer, startedNanos);
        });
        context.future(() -> sent);
    }

    private void measure(String endpoint, HttpAnswer answer, long startedNanos) {
        timer(endpoint, answer.status()).record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
    }

    /** Puts the answer into the response. */
    public static void send(Context context, HttpAnswer answer) {
        sendFields(context, answer);
        context.result(answer.body().bytes());
    }

    private static void sendFields(Context context, HttpAnswer answer) {
        context.status(answer.status());
        answer.headers().forEach(context.res()::setHeader);
        context.contentType(answer.contentType());
    }

    /**
     * Puts the answer into the response, in the thread that handles the request.
     *
     * <p>A short one goes straight into the server's buffer: as Javalin's result it would be copied on the way, which costs
     * more than to write it. A long one is left to Javalin, which may compress it; so is one that comes later, since the
     * response of a request that waits is Javalin's to complete; and one to a request whose body nobody has read, since
     * the server then has to announce that it closes the connection, and could not any more.
     */
    private static void sendNow(Context context, HttpAnswer answer) {
        byte[] body = answer.body().bytes();
        sendFields(context, answer);
        try {
            if (body.length > BODY_BYTES_DIRECT_MAX
                    || !context.req().getInputStream().isFinished()) {
                context.result(body);
                return;
            }
            HttpServletResponse response = context.res();
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        } catch (IOException e) {
            // The caller is gone, so there is nobody to tell.
            LOG.debug("sending an answer failed", e);
        }
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
        AtomicReferenceArray<@Nullable Timer> byStatus =
                timers.computeIfAbsent(endpoint, name -> new AtomicReferenceArray<>(STATUSES));
        Timer known = byStatus.get(status);
        if (known != null) {
            return known;
        }
        Timer timer = registered(endpoint, status);
        byStatus.set(status, timer);
        return timer;
    }

    private Timer registered(String endpoint, int status) {
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
