package io.sluice.client.fastpath;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** The time of the fast path, and the one thread that does the work that is not a caller's. */
interface Timers extends AutoCloseable {
    long nanoTime();

    /** Runs soon; at once, in the caller's thread, when closed. */
    void run(Runnable task);

    /** Runs after a delay; never when closed. */
    Future<?> runAfter(long delayMillis, Runnable task);

    /** Runs over and over. */
    void runEvery(long pauseMillis, Runnable task);

    /** Waits until this is done, or for so long. */
    void await(CompletableFuture<?> done, long millisMax);

    @Override
    void close();
}
