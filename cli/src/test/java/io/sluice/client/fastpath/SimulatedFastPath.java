package io.sluice.client.fastpath;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** Builds the real fast path on virtual time. */
public final class SimulatedFastPath {
    private SimulatedFastPath() {}

    /** The time of one front end, and the one thread that does its work. */
    public interface VirtualTime {
        long nanoTime();

        /** Runs a task later, unless the front end has died by then. */
        void runAfter(long millis, Runnable task);
    }

    public static FastAdmissions start(FastAdmissions.Backend backend, FastPath config, VirtualTime time) {
        return new FastAdmissions(backend, config, new VirtualTimers(time), new SimpleMeterRegistry());
    }

    private record VirtualTimers(VirtualTime time) implements Timers {
        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public void run(Runnable task) {
            time.runAfter(0, task);
        }

        @Override
        public Future<?> runAfter(long delayMillis, Runnable task) {
            CompletableFuture<Void> cancellable = new CompletableFuture<>();
            time.runAfter(delayMillis, () -> {
                if (!cancellable.isCancelled()) {
                    task.run();
                }
            });
            return cancellable;
        }

        @Override
        public void runEvery(long pauseMillis, Runnable task) {
            time.runAfter(pauseMillis, () -> {
                task.run();
                runEvery(pauseMillis, task);
            });
        }

        /** Leases that are on their way end later, or expire. */
        @Override
        public void await(CompletableFuture<?> done, long millisMax) {
            // The one thread must not wait for itself.
        }

        @Override
        public void close() {
            // What is due later still runs: it reports what came of the last leases.
        }
    }
}
