package io.sluice.client.fastpath;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on a thread of their own. */
final class ThreadTimers implements Timers {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadTimers.class);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread daemon = new Thread(task, "sluice-client-leases");
        daemon.setDaemon(true);
        return daemon;
    });

    ThreadTimers() {
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void run(Runnable task) {
        try {
            thread.execute(counted(task));
        } catch (RejectedExecutionException e) {
            counted(task).run();
        }
    }

    @Override
    public Future<?> runAfter(long delayMillis, Runnable task) {
        try {
            return thread.schedule(counted(task), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void runEvery(long pauseMillis, Runnable task) {
        thread.scheduleWithFixedDelay(counted(task), pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    /** A defect is reported, and does not end what is run over and over. */
    private static Runnable counted(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // Otherwise the executor silently stops.
                LOG.error("looking after leases failed", e);
            }
        };
    }

    @Override
    public void await(CompletableFuture<?> done, long millisMax) {
        try {
            done.get(millisMax, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("not done within {} ms", millisMax, e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
