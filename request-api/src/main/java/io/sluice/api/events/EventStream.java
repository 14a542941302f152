package io.sluice.api.events;

import io.sluice.api.http.StreamedBody;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One open stream of events. A slow page may miss events, because each event has the whole state; a stream that takes
 * none for a while is closed.
 */
final class EventStream extends StreamedBody {
    /** Events in a row that a page may miss. */
    private static final int MISSED_MAX = 10;

    private final byte[] first;
    private final long endMillis;
    private final Consumer<EventStream> whenOver;
    private @Nullable Sink sink;
    private boolean isWriting;
    private boolean isEnding;
    private boolean isOver;
    private int missed;

    /**
     * A stream that nothing was sent on.
     *
     * @param first what is sent at once
     * @param endMillis when it ends
     * @param whenOver called once, when it is over
     */
    EventStream(byte[] first, long endMillis, Consumer<EventStream> whenOver) {
        this.first = first;
        this.endMillis = endMillis;
        this.whenOver = whenOver;
    }

    @Override
    public synchronized void begin(Sink begun) {
        if (isOver) {
            begun.end();
            return;
        }
        sink = begun;
        send(first);
    }

    /**
     * Sends an event, unless the one before is still on its way, or the stream has not begun. Ends a stream whose time
     * is over, also one that has not begun.
     */
    synchronized void offer(byte[] event, long nowMillis) {
        if (isOver) {
            return;
        }
        if (nowMillis >= endMillis) {
            end();
        } else if (sink == null) {
            return;
        } else if (!isWriting) {
            missed = 0;
            send(event);
        } else if (++missed > MISSED_MAX) {
            sink.fail(new IllegalStateException("the page takes no events"));
            over();
        }
    }

    private void send(byte[] event) {
        isWriting = true;
        if (sink != null) {
            sink.send(event, this::sent, failure -> over());
        }
    }

    private synchronized void sent() {
        isWriting = false;
        if (isEnding) {
            finish();
        }
    }

    /** Ends it, once what is on its way has been taken. */
    @Override
    public synchronized void end() {
        isEnding = true;
        if (!isWriting) {
            finish();
        }
    }

    private void finish() {
        if (!isOver && sink != null) {
            sink.end();
        }
        over();
    }

    private synchronized void over() {
        if (!isOver) {
            isOver = true;
            whenOver.accept(this);
        }
    }
}
