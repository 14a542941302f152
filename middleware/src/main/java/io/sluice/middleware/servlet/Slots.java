package io.sluice.middleware.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.atomic.AtomicBoolean;

/** The slots that a request holds: released once, when its response is complete, in whatever way it ends. */
final class Slots implements AsyncListener {
    private final Runnable releasing;
    private final AtomicBoolean released = new AtomicBoolean();

    Slots(Runnable releasing) {
        this.releasing = releasing;
    }

    /** Sends the release, and does not wait: without an answer, the slots expire by themselves. */
    void release() {
        if (released.compareAndSet(false, true)) {
            releasing.run();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        release();
    }

    /** What follows it is a dispatch for the error, and completion. */
    @Override
    public void onTimeout(AsyncEvent event) {}

    /** As for a timeout. */
    @Override
    public void onError(AsyncEvent event) {}

    /** A servlet that goes on asynchronously drops the listeners that were there. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
