package io.sluice.api.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * How long requests of one port wait before anybody reads them.
 *
 * <p>A front end whose processors are busy reads late: a request lies in its socket, and no time of its own shows that.
 * So a probe goes to each thread that reads connections, again and again. Such a thread works in rounds: it looks which
 * connections are ready, and reads them all. A probe measures a round. A request that comes in one is read in the next,
 * so it waits for two at most.
 */
public final class ReadingLag extends AbstractLifeCycle {
    private static final long STEP_MILLIS = 20;
    private static final long NONE = -1;
    private static final int ROUNDS_MAX = 2;

    private final ServerConnector connector;
    private final Scheduler scheduler;
    private volatile Probe[] probes = {};
    private volatile Scheduler.@Nullable Task next;

    /** The lag of a connector, which is not started yet; for the port of this name. */
    public ReadingLag(ServerConnector connector, String port, MeterRegistry registry) {
        this.connector = connector;
        this.scheduler = connector.getScheduler();
        Gauge.builder("sluice.http.reading.lag", this, ReadingLag::millis)
                .description("How long requests wait before they are read")
                .baseUnit("milliseconds")
                .tag("port", port)
                .register(registry);
    }

    @Override
    protected void doStart() {
        schedule();
    }

    @Override
    protected void doStop() {
        Scheduler.Task last = next;
        if (last != null) {
            last.cancel();
        }
    }

    private void schedule() {
        next = scheduler.schedule(this::step, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void step() {
        try {
            if (probes.length == 0) {
                // The connector has no selectors before it is started.
                probes = connector.getSelectorManager().getBeans(ManagedSelector.class).stream()
                        .map(Probe::new)
                        .toArray(Probe[]::new);
            }
            for (Probe probe : probes) {
                probe.send();
            }
        } finally {
            if (isRunning() || isStarting()) {
                schedule();
            }
        }
    }

    /** The most that a request waits now, at the thread that is latest. */
    public long millis() {
        long nowNanos = System.nanoTime();
        long longestNanos = 0;
        for (Probe probe : probes) {
            longestNanos = Math.max(longestNanos, probe.nanos(nowNanos));
        }
        return TimeUnit.NANOSECONDS.toMillis(ROUNDS_MAX * longestNanos);
    }

    /** One probe of one thread, on its way or back. */
    private static final class Probe {
        private final ManagedSelector selector;
        private final AtomicLong sentNanos = new AtomicLong(NONE);
        private volatile long lastNanos;

        Probe(ManagedSelector selector) {
            this.selector = selector;
        }

        /** Sends it, unless it is on its way. */
        void send() {
            long nowNanos = System.nanoTime();
            if (sentNanos.compareAndSet(NONE, nowNanos)) {
                selector.submit(ready -> {
                    lastNanos = System.nanoTime() - nowNanos;
                    sentNanos.set(NONE);
                });
            }
        }

        /** How long the last one took, or this one takes already. */
        long nanos(long nowNanos) {
            long sent = sentNanos.get();
            return sent == NONE ? lastNanos : Math.max(lastNanos, nowNanos - sent);
        }
    }
}
