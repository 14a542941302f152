package io.sluice.api.direct;

import io.sluice.api.http.ContentType;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestMeters;
import io.sluice.api.http.Responder;
import io.sluice.api.http.RetryAdvice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
    private final @Nullable String endpoint;
    private final Request request;
    private final Body body;
    private final Response response;
    private final Callback callback;
    private final Sending sending;

    Exchange(@Nullable String endpoint, Body body, Response response, Callback callback, Sending sending) {
        this.endpoint = endpoint;
        this.request = body.request();
        this.body = body;
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
        refuseMethod(List.of(HttpMethod.POST.asString()));
    }

    /** Answers that there are only these methods. */
    void refuseMethod(List<String> allowed) {
        respond(Problem.methodNotAllowed(request.getMethod(), String.join(", ", allowed)));
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
     * no JSON by its type, too large, late or broken, or that there is no room for, is answered here.
     */
    public void readBody(int bytesMax, Consumer<byte[]> then) {
        if (!ContentType.isJson(field(HttpHeader.CONTENT_TYPE.asString()))) {
            respond(Problem.unsupportedMediaType());
            return;
        }
        body.read(bytesMax, read -> {
            if (read instanceof Body.Whole whole) {
                attempt(() -> then.accept(whole.bytes()));
            } else {
                refuse(read);
            }
        });
    }

    /** Answers a request whose body was not read to its end. */
    void refuse(Body.Read read) {
        if (read instanceof Body.Refused refused) {
            respond(refused.answer());
        } else if (read instanceof Body.Gone gone) {
            finished().failed(gone.failure());
        }
    }

    /** Answers when the future completes, however it does; one that is complete is answered in the caller's thread. */
    public void respond(CompletableFuture<HttpAnswer> future) {
        CompletableFuture<HttpAnswer> answered = future.exceptionally(Responder::answerOf);
        if (answered.isDone()) {
            respond(answered.join());
            return;
        }
        beSilent();
        sending.meters().waits();
        CompletableFuture<Void> unused = answered.thenAccept(answer -> {
            sending.meters().waitsNoMore();
            respond(answer);
        });
    }

    /** Has the connection wait for an answer: until then it is silent, which is not its caller's fault. */
    public void beSilent() {
        request.addIdleTimeoutListener(timeout -> false);
    }

    /** Answers now, or as soon as the caller listens. */
    public void respond(HttpAnswer found) {
        HttpAnswer answer = sending.advice().on(found);
        whenListening(() -> {
            send(
                    answer.status(),
                    answer.contentType(),
                    answer.headers(),
                    answer.body().bytes());
        });
    }

    /**
     * What every answer passes on its way out.
     *
     * @param advice when to ask again
     */
    public record Sending(RequestMeters meters, RetryAdvice advice) {}

    /** Answers with what is no JSON. */
    public void respond(String contentType, byte[] content) {
        whenListening(() -> send(200, contentType, Map.of(), content));
    }

    private void whenListening(Runnable next) {
        // Who asks before it sends is told at once.
        if (body.isOver() || body.isBroken() || field(HttpHeader.EXPECT.asString()) != null) {
            next.run();
            return;
        }
        body.discard(next);
    }

    private void send(int status, String contentType, Map<String, String> headers, byte[] content) {
        if (!body.isOver()) {
            // What is left of the body is in the way of the next request, so the connection is announced to close.
            boolean unused = request.consumeAvailable();
        }
        Callback finished = finished();
        try {
            response.setStatus(status);
            HttpFields.Mutable fields = response.getHeaders();
            headers.forEach(fields::put);
            fields.put(HttpHeader.CONTENT_TYPE, contentType);
            response.write(/* last= */ true, ByteBuffer.wrap(content), finished);
        } catch (RuntimeException e) {
            finished.failed(e);
        }
        if (endpoint != null) {
            sending.meters().measure(endpoint, status, body.startedNanos());
        }
    }

    private Callback finished() {
        return body.isKept() ? new Forgetting(body, callback) : callback;
    }
}
