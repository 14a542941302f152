package io.sluice.perf;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a bound and a name for what did not come. */
public final class Await {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 5;

    private Await() {}

    /** Returns once the condition holds. */
    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
        until(what, BOUND, condition);
    }

    /** Returns once the condition holds; waits no longer than this. */
    public static void until(String what, Duration bound, BooleanSupplier condition) throws InterruptedException {
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNanos > bound.toNanos()) {
                throw new IllegalStateException(what + ": not within " + bound.toSeconds() + " s");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
