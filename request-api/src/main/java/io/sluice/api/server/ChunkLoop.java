package io.sluice.api.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A loop that reads a body chunk by chunk: available chunks in the calling thread, later ones in the thread that
 * reads them. All must arrive in time, because a caller that sends a byte now and then is never silent, and would
 * never end.
 */
final class ChunkLoop implements Invocable.Task {
    private final Request request;
    private final long lateNanos;
    private final Predicate<Content.Chunk> taker;
    private final End end;
    /** Ends the reading of a body that is not there at once. */
    private @Nullable Timer timer;

    /** Receives the result when no more is read. */
    @FunctionalInterface
    interface End {
        /**
         * Called once.
         *
         * @param isWhole whether nothing of the body is left
         * @param failure why it cannot be read; null if it can
         */
        void reached(boolean isWhole, @Nullable Throwable failure);
    }

    private ChunkLoop(Request request, long lateNanos, Predicate<Content.Chunk> taker, End end) {
        this.request = request;
        this.lateNanos = lateNanos;
        this.taker = taker;
        this.end = end;
    }

    /**
     * Reads until the body ends, breaks off, is late, or the consumer has enough.
     *
     * @param lateNanos when the rest of the body is late, by {@link System#nanoTime}
     */
    static void run(Request request, long lateNanos, Predicate<Content.Chunk> taker, End end) {
        new ChunkLoop(request, lateNanos, taker, end).run();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                if (timer == null) {
                    timer = new Timer(request, lateNanos);
                }
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                reach(false, chunk.getFailure());
                return;
            }
            boolean isLast = chunk.isLast();
            boolean more = taker.test(chunk);
            chunk.release();
            if (isLast || !more) {
                reach(isLast, null);
                return;
            }
        }
    }

    private void reach(boolean isWhole, @Nullable Throwable failure) {
        if (timer != null && !timer.stop() && failure == null) {
            // The timer was first: further reads of the connection fail.
            end.reached(false, late());
            return;
        }
        end.reached(isWhole, failure);
    }

    private static TimeoutException late() {
        return new TimeoutException("body");
    }

    /** Ends the reading when the body is late. */
    private static final class Timer {
        private final Request request;
        private final Scheduler.Task task;
        /** Set by the first of two: the end of the reading, or the timer. */
        private final AtomicBoolean isOver = new AtomicBoolean();

        Timer(Request request, long lateNanos) {
            this.request = request;
            this.task = request.getComponents()
                    .getScheduler()
                    .schedule(this::fire, Math.max(0, lateNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        }

        /** Stops it; false if it was first. */
        boolean stop() {
            boolean unused = task.cancel();
            return isOver.compareAndSet(false, true);
        }

        private void fire() {
            if (isOver.compareAndSet(false, true)) {
                // The next read fails, and the thread that waits for more is called to read it.
                request.fail(late());
            }
        }
    }
}
