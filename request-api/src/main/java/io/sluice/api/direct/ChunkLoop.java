package io.sluice.api.direct;

import java.util.function.Predicate;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/** Reads a body chunk by chunk: those that are there in the caller's thread, later ones in the thread that reads them. */
final class ChunkLoop implements Invocable.Task {
    private final Content.Source source;
    private final Predicate<Content.Chunk> taker;
    private final End end;

    /** What comes when no more is read. */
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

    private ChunkLoop(Content.Source source, Predicate<Content.Chunk> taker, End end) {
        this.source = source;
        this.taker = taker;
        this.end = end;
    }

    /** Reads until the body ends, breaks off, or has been enough. */
    static void run(Content.Source source, Predicate<Content.Chunk> taker, End end) {
        new ChunkLoop(source, taker, end).run();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = source.read();
            if (chunk == null) {
                source.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                end.reached(false, chunk.getFailure());
                return;
            }
            boolean isLast = chunk.isLast();
            boolean more = taker.test(chunk);
            chunk.release();
            if (isLast || !more) {
                end.reached(isLast, null);
                return;
            }
        }
    }
}
