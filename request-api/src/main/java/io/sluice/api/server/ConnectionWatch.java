package io.sluice.api.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A watch that closes connections of one port whose callers are too slow, and those beyond the bound.
 *
 * <p>The bound on silence misses two kinds of slow callers: those that send a head byte by byte, and those that read
 * an answer byte by byte. A timer checks all connections for these twice a second.
 */
public final class ConnectionWatch extends AbstractLifeCycle implements Connection.Listener {
    /** Near the bound, connections without a request are closed after this time. */
    static final long CROWDED_IDLE_MILLIS = 1_000;

    private static final long STEP_MILLIS = 500;

    /**
     * The bounds of connections.
     *
     * @param connectionsMax connections that are open at once
     * @param headMillisMax from the first byte of a request, or the opening of the connection, to the end of its head
     * @param answerMillisMax how long an answer may wait for its caller to read it
     */
    public record Bounds(int connectionsMax, long headMillisMax, long answerMillisMax) {
        int crowd() {
            return connectionsMax - connectionsMax / 10;
        }
    }

    private final Bounds bounds;
    private final Scheduler scheduler;
    private final Counter slowHeads;
    private final Counter slowReaders;
    private final Counter crowded;
    private final Map<Connection, Watched> connections = new ConcurrentHashMap<>();
    /** Of a port with TLS, before their first bytes: when they were opened. */
    private final Map<Connection, Long> silent = new ConcurrentHashMap<>();

    private final AtomicInteger unread = new AtomicInteger();
    private volatile Scheduler.@Nullable Task next;

    /** For the port of this name, {@code data} or {@code admin}. */
    public ConnectionWatch(Bounds bounds, Scheduler scheduler, String port, MeterRegistry registry) {
        this.bounds = bounds;
        this.scheduler = scheduler;
        this.slowHeads = closed(registry, port, "slow-head");
        this.slowReaders = closed(registry, port, "slow-reader");
        this.crowded = closed(registry, port, "crowded");
        Gauge.builder("sluice.http.connections", this, ConnectionWatch::open)
                .description("Open connections")
                .tag("port", port)
                .register(registry);
        Gauge.builder("sluice.http.connections.unread", unread, AtomicInteger::get)
                .description("Connections on which an answer waits for its caller to read it")
                .tag("port", port)
                .register(registry);
        Gauge.builder("sluice.http.connections.max", bounds, Bounds::connectionsMax)
                .description("Bound of open connections")
                .tag("port", port)
                .register(registry);
    }

    private static Counter closed(MeterRegistry registry, String port, String cause) {
        return Counter.builder("sluice.http.connections.closed")
                .description("Connections that were closed before their callers closed them")
                .tag("port", port)
                .tag("cause", cause)
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

    private int open() {
        return connections.size() + silent.size();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            // The HTTP connection within counts, from its opening on, so that a slow handshake is a slow head.
            return;
        }
        if (open() >= bounds.connectionsMax()) {
            crowded.increment();
            connection.getEndPoint().close();
            return;
        }
        if (connection instanceof HttpConnection http) {
            connections.put(connection, new Watched(http, System.nanoTime()));
        } else {
            silent.put(connection, System.nanoTime());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connections.remove(connection) == null) {
            silent.remove(connection);
        }
    }

    private void step() {
        try {
            closeSlow(System.nanoTime());
        } finally {
            if (isRunning() || isStarting()) {
                schedule();
            }
        }
    }

    private void closeSlow(long nowNanos) {
        boolean isCrowded = open() >= bounds.crowd();
        closeSilent(nowNanos, isCrowded);
        int unreadNow = 0;
        for (Watched watched : connections.values()) {
            watched.look(nowNanos);
            unreadNow += watched.isUnread() ? 1 : 0;
            Counter cause = cause(watched, nowNanos, isCrowded);
            if (cause != null) {
                cause.increment();
                connections.remove(watched.connection());
                watched.connection().getEndPoint().close();
            }
        }
        unread.set(unreadNow);
    }

    private void closeSilent(long nowNanos, boolean isCrowded) {
        silent.forEach((connection, openedNanos) -> {
            long openMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - openedNanos);
            boolean isSlow = openMillis > bounds.headMillisMax();
            if (isSlow || isCrowded && openMillis > CROWDED_IDLE_MILLIS) {
                (isSlow ? slowHeads : crowded).increment();
                silent.remove(connection);
                connection.getEndPoint().close();
            }
        });
    }

    /** Why the connection is closed; null if it is not. */
    private @Nullable Counter cause(Watched watched, long nowNanos, boolean isCrowded) {
        if (watched.headMillis(nowNanos) > bounds.headMillisMax()) {
            return slowHeads;
        }
        if (watched.unreadMillis(nowNanos) > bounds.answerMillisMax()) {
            return slowReaders;
        }
        return isCrowded && watched.idleMillis(nowNanos) > CROWDED_IDLE_MILLIS ? crowded : null;
    }
}
