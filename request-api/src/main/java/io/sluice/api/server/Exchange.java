package io.sluice.api.server;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.sluice.api.http.ContentType;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RefusedException;
import io.sluice.api.http.StreamedBody;
import io.sluice.schemas.WireException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request, which gets exactly one answer, from any thread. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final Request request;
    private final Body body;
    private final Response response;
    private final Callback callback;
    private final Sending sending;
    private @Nullable String endpoint;
    private @Nullable Span span;
    /** When the stage began in which the request is. */
    private long stageNanos;

    /** A step on the way. */
    @FunctionalInterface
    interface Step {
        /** Takes it; a request that breaks the contract is answered 400. */
        void take() throws WireException;
    }

    Exchange(Request request, Response response, Callback callback, Sending sending) {
        this.request = request;
        this.body = new Body(request, sending.room());
        this.response = response;
        this.callback = callback;
        this.sending = sending;
        this.stageNanos = body.startedNanos();
    }

    /** Ends a stage of a request that is measured, and begins the next one. */
    void passed(RequestMeters.Stage stage) {
        if (endpoint != null) {
            long nowNanos = System.nanoTime();
            sending.meters().passed(stage, nowNanos - stageNanos);
            stageNanos = nowNanos;
        }
    }

    /** The name of its answer in metrics; null if it is not measured. */
    void measureAs(@Nullable String name) {
        endpoint = name;
    }

    /** Begins the span of the request, if it is on a route that is measured. */
    void trace(@Nullable ApiRoute route) {
        span = route == null || route.name() == null ? null : sending.traces().begin(request, route);
    }

    /** Calls the endpoint within the trace of the request. */
    CompletableFuture<HttpAnswer> call(Endpoint called, ApiRequest with) throws WireException {
        if (span == null) {
            return called.answer(with);
        }
        try (Scope unused = span.makeCurrent()) {
            return called.answer(with);
        }
    }

    /**
     * The method. HEAD is answered as GET is, access and errors included; the server leaves the body out (RFC 9110,
     * 9.3.2).
     */
    String method() {
        return HttpMethod.HEAD.is(request.getMethod()) ? HttpMethod.GET.asString() : request.getMethod();
    }

    HttpURI uri() {
        return request.getHttpURI();
    }

    /** The address at the other end of the connection; null if it has none. */
    @Nullable InetAddress peer() {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
    }

    ApiRequest.Origin origin() {
        String host = uri().getHost();
        return new ApiRequest.Origin(peer(), request.getMethod(), host == null ? "" : host);
    }

    HttpFields headers() {
        return request.getHeaders();
    }

    /** Continues in a thread of the pool, which may wait. */
    void inPool(Step next) {
        // The connection is silent until it is answered; that must not close it.
        beSilent();
        try {
            request.getComponents().getExecutor().execute(() -> attempt(next));
        } catch (RejectedExecutionException e) {
            gone(e);
        }
    }

    /** Continues in this thread. Any other exception or error is a defect, and answers 500: somebody waits for it. */
    void attempt(Step next) {
        try {
            next.take();
        } catch (WireException e) {
            respond(Problem.invalid(e));
        } catch (RuntimeException | Error e) {
            respond(RefusedException.answerOf(e));
        }
    }

    /**
     * Reads the body, no further than its bound, and continues with it: at once if it is there, later if not. It
     * answers a body that is no JSON by its type, too large, late or broken, or that there is no room for.
     */
    void readBody(int bytesMax, Consumer<byte[]> then) {
        if (!ContentType.isJson(headers().get(HttpHeader.CONTENT_TYPE))) {
            respond(Problem.unsupportedMediaType());
            return;
        }
        body.read(bytesMax, read -> {
            if (read instanceof Body.Whole whole) {
                passed(RequestMeters.Stage.BODY);
                attempt(() -> then.accept(whole.bytes()));
            } else if (read instanceof Body.Refused refused) {
                respond(refused.answer());
            } else if (read instanceof Body.Gone gone) {
                gone(gone.failure());
            }
        });
    }

    /** There is nobody to answer. */
    private void gone(Throwable failure) {
        if (span != null) {
            HttpTraces.end(span, failure);
        }
        finished().failed(failure);
    }

    /** Answers when the future completes or fails; if it is complete already, in the calling thread. */
    void respond(CompletableFuture<HttpAnswer> future) {
        CompletableFuture<HttpAnswer> answered = future.exceptionally(RefusedException::answerOf);
        if (answered.isDone()) {
            known(answered.join());
            return;
        }
        beSilent();
        boolean isMeasured = endpoint != null;
        if (isMeasured) {
            sending.meters().waits();
        }
        CompletableFuture<Void> unused = answered.thenAccept(answer -> {
            if (isMeasured) {
                sending.meters().waitsNoMore();
            }
            known(answer);
        });
    }

    private void known(HttpAnswer answer) {
        passed(answer.throttled() ? RequestMeters.Stage.THROTTLED : RequestMeters.Stage.ANSWER);
        respond(answer);
    }

    private void beSilent() {
        request.addIdleTimeoutListener(timeout -> false);
    }

    /** Answers now, or as soon as the caller listens. */
    void respond(HttpAnswer found) {
        HttpAnswer answer = sending.advice().on(found);
        // A caller that expects 100 Continue gets its answer at once.
        if (body.isOver() || body.isBroken() || headers().get(HttpHeader.EXPECT) != null) {
            send(answer);
        } else {
            body.discard(() -> sendOrReplace(answer));
        }
    }

    /** A broken body has another answer; a stream that was to be the answer never begins then. */
    private void sendOrReplace(HttpAnswer answer) {
        HttpAnswer sent = body.insteadOf(answer);
        if (sent != answer && answer.body() instanceof StreamedBody stream) {
            stream.end();
        }
        send(sent);
    }

    /**
     * Answers at once, and closes the connection: the body was not read, and must not be taken for the next request.
     */
    void refuseAndClose(HttpAnswer answer) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        send(answer);
    }

    private void send(HttpAnswer answer) {
        if (!body.isOver()) {
            // The rest of the body is in the way of the next request, so the connection is announced to close.
            boolean unused = request.consumeAvailable();
        }
        Callback finished = finished();
        try {
            if (answer.body() instanceof StreamedBody) {
                // The stream is silent between two events; that must not close it.
                beSilent();
            }
            write(answer, response, finished);
        } catch (RuntimeException e) {
            finished.failed(e);
        } catch (Error e) {
            finished.failed(e);
            LOG.error("sending an answer failed", e);
        }
        passed(RequestMeters.Stage.ENCODE);
        if (endpoint != null) {
            sending.meters().measure(endpoint, answer.status(), answer.throttled(), body.startedNanos());
        }
        if (span != null) {
            HttpTraces.end(span, answer.status());
        }
    }

    /** Writes an answer: the only place that does. */
    static void write(HttpAnswer answer, Response response, Callback finished) {
        response.setStatus(answer.status());
        HttpFields.Mutable fields = response.getHeaders();
        answer.headers().forEach(fields::put);
        if (answer.body() instanceof StreamedBody stream) {
            fields.put(HttpHeader.CONTENT_TYPE, answer.contentType());
            stream.begin(new StreamSink(response, finished));
            return;
        }
        boolean mayHaveBody = !HttpStatus.hasNoBody(answer.status());
        ByteBuffer content = mayHaveBody ? ByteBuffer.wrap(answer.body().bytes()) : BufferUtil.EMPTY_BUFFER;
        if (content.hasRemaining()) {
            fields.put(HttpHeader.CONTENT_TYPE, answer.contentType());
        }
        response.write(/* last= */ true, content, finished);
    }

    private Callback finished() {
        return body.isKept() ? new Forgetting(body, callback) : callback;
    }
}
