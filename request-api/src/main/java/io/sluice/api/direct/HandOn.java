package io.sluice.api.direct;

import io.sluice.api.http.ContentType;
import io.sluice.api.http.RequestBody;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests on to Javalin, in a thread of the pool: none before its body is there, and none whose answer that
 * thread would have to wait for until its caller reads. So callers hold no thread, however slow they are.
 */
final class HandOn {
    /** What a body is called in metrics that was answered before any resource saw it. */
    private static final String ENDPOINT = "body";

    private final Request.Handler servlets;
    private final BodyKeeping keeping;
    private final int bodyBytesMax;
    private final BodyRoom room;
    private final Exchange.Sending sending;

    HandOn(Request.Handler servlets, BodyKeeping keeping, int bodyBytesMax, BodyRoom room, Exchange.Sending sending) {
        this.servlets = servlets;
        this.keeping = keeping;
        this.bodyBytesMax = bodyBytesMax;
        this.room = room;
        this.sending = sending;
    }

    void accept(Request request, Response response, Callback callback) {
        Body body = new Body(request, room);
        if (!hasBody(request)) {
            inPool(request, callback, () -> serve(body, response, callback));
            return;
        }
        if (!ContentType.isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            // No resource takes it.
            discard(body, response, callback);
            return;
        }
        String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        Boolean isKept = keeping.recall(authorization);
        if (isKept == null) {
            inPool(request, callback, () -> read(body, response, callback, keeping.verify(authorization)));
        } else {
            read(body, response, callback, isKept);
        }
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private void read(Body body, Response response, Callback callback, boolean isKept) {
        if (!isKept) {
            discard(body, response, callback);
            return;
        }
        body.read(bodyBytesMax, read -> {
            if (read instanceof Body.Whole whole) {
                body.request().setAttribute(RequestBody.ATTRIBUTE, whole.bytes());
                inPool(body.request(), callback, () -> serve(body, response, callback));
            } else {
                new Exchange(ENDPOINT, body, response, callback, sending).refuse(read);
            }
        });
    }

    private void discard(Body body, Response response, Callback callback) {
        Runnable next = () -> {
            if (!body.isOver()) {
                // What is left of the body is in the way of the next request, so the connection is announced to close.
                boolean unused = body.request().consumeAvailable();
            }
            inPool(body.request(), callback, () -> serve(body, response, callback));
        };
        if (body.request().getHeaders().contains(HttpHeader.EXPECT)) {
            // Who asks before it sends is told at once.
            next.run();
        } else {
            body.discard(next);
        }
    }

    private static void inPool(Request request, Callback callback, Runnable next) {
        Executor pool = request.getComponents().getExecutor();
        try {
            pool.execute(next);
        } catch (RejectedExecutionException e) {
            callback.failed(e);
        }
    }

    private void serve(Body body, Response response, Callback callback) {
        Request request = body.request();
        Callback finished = body.isKept() ? new Forgetting(body, callback) : callback;
        MemoryResponse answer = new MemoryResponse(request, response, finished);
        Callback handled = answer.handled();
        @Nullable Throwable failure = null;
        try {
            if (!servlets.handle(request, answer, handled)) {
                Response.writeError(request, answer, handled, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception e) {
            failure = e;
        }
        if (failure != null) {
            Response.writeError(request, answer, handled, failure);
        }
    }
}
