package io.sluice.cli.chaos;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits for conditions of a cluster that faults happen to. */
final class Waits {
    private static final Duration POLL = Duration.ofMillis(250);

    private Waits() {}

    static void until(String what, long seconds, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(seconds))
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(condition);
    }
}
