package io.sluice.middleware.grpc;

import io.grpc.ServerCall;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The listener of a call that waits for its verdict: it keeps the call's events, in order, until the listener of the
 * service is there.
 *
 * <p>No message comes before the service asks for one, so what is kept are a few events.
 */
final class HeldCall<ReqT> extends ServerCall.Listener<ReqT> {
    private final Queue<Consumer<ServerCall.Listener<ReqT>>> kept = new ArrayDeque<>();
    private final Runnable ended;
    private ServerCall.@Nullable Listener<ReqT> service;
    private boolean isOver;

    /**
     * A call before its verdict.
     *
     * @param ended called when the call is over, once
     */
    HeldCall(Runnable ended) {
        this.ended = ended;
    }

    /** Whether the caller is gone already. */
    synchronized boolean isOver() {
        return isOver;
    }

    /** Gives what was kept to the service, and everything after that. */
    void continueWith(ServerCall.Listener<ReqT> listener) {
        while (true) {
            Consumer<ServerCall.Listener<ReqT>> event;
            synchronized (this) {
                event = kept.poll();
                if (event == null) {
                    service = listener;
                    return;
                }
            }
            event.accept(listener);
        }
    }

    private void deliver(Consumer<ServerCall.Listener<ReqT>> event) {
        ServerCall.Listener<ReqT> listener;
        synchronized (this) {
            listener = service;
            if (listener == null) {
                kept.add(event);
                return;
            }
        }
        event.accept(listener);
    }

    private void end(Consumer<ServerCall.Listener<ReqT>> event) {
        synchronized (this) {
            isOver = true;
        }
        try {
            deliver(event);
        } finally {
            ended.run();
        }
    }

    @Override
    public void onMessage(ReqT message) {
        deliver(listener -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        deliver(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onReady() {
        deliver(ServerCall.Listener::onReady);
    }

    @Override
    public void onCancel() {
        end(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
        end(ServerCall.Listener::onComplete);
    }
}
