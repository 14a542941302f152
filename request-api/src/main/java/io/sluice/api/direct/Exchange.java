package io.sluice.api.direct;

import io.sluice.api.http.ContentType;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestBody;
import io.sluice.api.http.RequestMeters;
import io.sluice.api.http.Responder;
import io.sluice.api.http.RetryAdvice;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request on its way to its answer, of which it gets exactly one, from whatever thread. */
public final class Exchange {
    private final String endpoint;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Sending sending;
    private final long startedNanos = System.nanoTime();
    private boolean bodyIsOver;

    Exchange(String endpoint, Request request, Response response, Callback callback, Sending sending) {
        this.endpoint = endpoint;
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.sending = sending;
    }

    /** A field of the request's head; null if there is none. */
    public @Nullable String field(String name) {
        return request.getHeaders().get(name);
    }

    /** Answers that the resource is only posted to. */
    public void refuseMethod() {
        respond(Problem.methodNotAllowed(request.getMethod(), HttpMethod.POST.asString()));
    }

    /** Goes on in a thread of the pool, which may wait. */
    public void inPool(Runnable next) {
        request.getComponents().getExecutor().execute(() -> attempt(next));
    }

    /** Goes on in this thread. What is thrown is a defect, and answers 500. */
    void attempt(Runnable next) {
        try {
            next.run();
        } catch (RuntimeException e) {
            respond(Responder.answerOf(e));
        }
    }

    /**
     * Reads the body, no further than its bound, and goes on with it: at once if it is there, later if not. A body that is
     * too large, or no JSON by its type, is answered here.
     */
    public void readBody(int bytesMax, Consumer<byte[]> then) {
        String contentType = field(HttpHeader.CONTENT_TYPE.asString());
        if (contentType != null && !ContentType.isJson(contentType)) {
            respond(Problem.unsupportedMediaType());
            return;
        }
        if (request.getLength() > bytesMax) {
            respond(Problem.bodyTooLarge(bytesMax));
            return;
        }
        BoundedBytes body = new BoundedBytes(request.getLength(), bytesMax);
        ChunkLoop.run(request, body::take, (isWhole, failure) -> {
            bodyIsOver = isWhole;
            if (failure != null) {
                giveUp(failure);
            } else if (body.isBeyond()) {
                respond(Problem.bodyTooLarge(bytesMax));
            } else {
                attempt(() -> then.accept(body.bytes()));
            }
        });
    }

    /** Who falls silent in the middle of a body is told so; whose connection is gone, or makes no sense, Jetty knows. */
    private void giveUp(Throwable failure) {
        if (failure instanceof TimeoutException) {
            send(Problem.REQUEST_TIMEOUT.answer("body (expected: all of it)"));
            return;
        }
        callback.failed(failure);
    }

    /** Answers when the future completes, however it does; one that is complete is answered in the caller's thread. */
    public void respond(CompletableFuture<HttpAnswer> future) {
        CompletableFuture<HttpAnswer> answered = future.exceptionally(Responder::answerOf);
        if (answered.isDone()) {
            respond(answered.join());
            return;
        }
        // Until then the connection is silent, which is not its caller's fault.
        request.addIdleTimeoutListener(timeout -> false);
        sending.meters().waits();
        CompletableFuture<Void> unused = answered.thenAccept(answer -> {
            sending.meters().waitsNoMore();
            respond(answer);
        });
    }

    /** Answers now, or as soon as the caller listens. */
    public void respond(HttpAnswer answer) {
        // Who asks before it sends is told at once.
        if (bodyIsOver || field(HttpHeader.EXPECT.asString()) != null) {
            send(answer);
            return;
        }
        long[] left = {RequestBody.DISCARDED_BYTES_MAX};
        ChunkLoop.run(request, chunk -> (left[0] -= chunk.remaining()) > 0, (isWhole, failure) -> {
            bodyIsOver = isWhole;
            send(answer);
        });
    }

    /**
     * What every answer passes on its way out.
     *
     * @param advice when to ask again
     */
    public record Sending(RequestMeters meters, RetryAdvice advice) {}

    private void send(HttpAnswer found) {
        HttpAnswer answer = sending.advice().on(found);
        if (!bodyIsOver) {
            // What is left of the body is in the way of the next request, so the connection is announced to close.
            boolean unused = request.consumeAvailable();
        }
        try {
            byte[] body = answer.body().bytes();
            response.setStatus(answer.status());
            HttpFields.Mutable fields = response.getHeaders();
            answer.headers().forEach(fields::put);
            fields.put(HttpHeader.CONTENT_TYPE, answer.contentType());
            response.write(/* last= */ true, ByteBuffer.wrap(body), callback);
        } catch (RuntimeException e) {
            callback.failed(e);
        }
        sending.meters().measure(endpoint, answer.status(), startedNanos);
    }
}
