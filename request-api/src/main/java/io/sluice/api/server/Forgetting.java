package io.sluice.api.server;

import org.eclipse.jetty.util.Callback;

/** The callback at the end of a request, which frees the memory of its body. */
final class Forgetting implements Callback {
    private final Body body;
    private final Callback callback;

    Forgetting(Body body, Callback callback) {
        this.body = body;
        this.callback = callback;
    }

    @Override
    public void succeeded() {
        body.forget();
        callback.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        body.forget();
        callback.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return callback.getInvocationType();
    }
}
