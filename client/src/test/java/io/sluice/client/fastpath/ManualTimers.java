package io.sluice.client.fastpath;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** Time that passes when a test says so; what is due then runs in its order, in the test's own thread. */
final class ManualTimers implements Timers {
    private static final long NANOS = 1_000_000;

    private record Task(long atNanos, long number, Runnable work, CompletableFuture<Void> future, long everyMillis) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private long nowNanos = 1_000_000_000;
    private long number;
    private boolean closed;
    /** Whether tasks for its thread wait for one that never comes, as when the thread ends. */
    boolean threadIsGone;
    /** How much time passes whenever somebody looks at the clock. */
    long nanosBetweenLooks;
    /** What happens when somebody looks at the clock the next time. */
    Runnable atNextLook = () -> {};

    /** Lets time pass, with all that is due. */
    void pass(long millis) {
        long untilNanos = nowNanos + millis * NANOS;
        while (!tasks.isEmpty() && tasks.peek().atNanos() <= untilNanos) {
            Task task = tasks.remove();
            nowNanos = Math.max(nowNanos, task.atNanos());
            if (task.future().isCancelled()) {
                continue;
            }
            task.work().run();
            if (task.everyMillis() > 0 && !closed) {
                add(task.everyMillis(), task.everyMillis(), task.work());
            }
        }
        nowNanos = untilNanos;
    }

    /** Lets time pass as for a process that is stopped: nothing runs until it goes on. */
    void stall(long millis) {
        nowNanos += millis * NANOS;
    }

    /** As part of the world, not of the process: runs after it is closed, too. */
    Future<?> after(long millis, Runnable work) {
        return add(millis, 0, work);
    }

    private Future<?> add(long millis, long everyMillis, Runnable work) {
        Task task = new Task(nowNanos + millis * NANOS, number++, work, new CompletableFuture<>(), everyMillis);
        tasks.add(task);
        return task.future();
    }

    @Override
    public long nanoTime() {
        nowNanos += nanosBetweenLooks;
        Runnable now = atNextLook;
        atNextLook = () -> {};
        now.run();
        return nowNanos;
    }

    @Override
    public void run(Runnable task) {
        if (!threadIsGone) {
            task.run();
        }
    }

    @Override
    public Future<?> runAfter(long delayMillis, Runnable task) {
        return closed ? CompletableFuture.completedFuture(null) : add(delayMillis, 0, task);
    }

    @Override
    public void runEvery(long pauseMillis, Runnable task) {
        add(pauseMillis, pauseMillis, task);
    }

    @Override
    public void await(CompletableFuture<?> done, long millisMax) {
        for (long millis = 0; millis < millisMax && !done.isDone(); millis++) {
            pass(1);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
