package io.sluice.api.http;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers when they are there, and measures how long that took; no thread waits in between. */
public final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);
    /** Below the size from which on Javalin compresses. */
    private static final int BODY_BYTES_DIRECT_MAX = 1_400;

    private final RequestMeters meters;
    private final RetryAdvice advice;

    public Responder(RequestMeters meters, RetryAdvice advice) {
        this.meters = meters;
        this.advice = advice;
    }

    /** Answers now, in the caller's thread. */
    public void respond(Context context, String endpoint, HttpAnswer answer) {
        long startedNanos = System.nanoTime();
        sendNow(context, advice.on(answer));
        meters.measure(endpoint, answer.status(), startedNanos);
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
        meters.waits();
        CompletableFuture<Void> sent = answered.thenAccept(answer -> {
            meters.waitsNoMore();
            send(context, advice.on(answer));
            meters.measure(endpoint, answer.status(), startedNanos);
        });
        context.future(() -> sent);
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
     * response of a request that waits is Javalin's to complete.
     */
    private static void sendNow(Context context, HttpAnswer answer) {
        byte[] body = answer.body().bytes();
        sendFields(context, answer);
        if (body.length > BODY_BYTES_DIRECT_MAX) {
            context.result(body);
            return;
        }
        try {
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
}
