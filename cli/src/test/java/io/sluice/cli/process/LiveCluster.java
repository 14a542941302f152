package io.sluice.cli.process;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/**
 * A cluster that is held against its log while it lives on.
 *
 * <p>Its front ends give leases back when nobody asks any more, and their pings move its time, so that its clean-up may
 * be ahead of the log as it was read. Both come to rest within a lease time; what does not agree then is wrong. On a
 * slow machine, to read and decide a whole log takes half a minute.
 */
public final class LiveCluster {
    private static final Duration AT_REST_WITHIN = Duration.ofMinutes(3);

    private LiveCluster() {}

    /** What the assertion returns, once it holds. */
    public static <T> T agreed(Callable<T> assertion) {
        AtomicReference<T> result = new AtomicReference<>();
        Awaitility.await("log and cluster agree")
                .atMost(AT_REST_WITHIN)
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> result.set(assertion.call()));
        return Objects.requireNonNull(result.get());
    }
}
