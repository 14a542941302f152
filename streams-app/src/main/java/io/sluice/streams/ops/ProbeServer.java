package io.sluice.streams.ops;

import io.sluice.tls.ServerTls;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port of a streams app that runs apart: {@code /healthz}, {@code /readyz}, {@code /readyz?standbys} and
 * {@code /metrics}.
 *
 * <p>One thread serves all connections and waits for none. A caller that connects and sends nothing, or does not read,
 * costs a connection until its time is over. When there are too many, the oldest is closed, so there is always room for
 * the next probe. A connection is for one request.
 */
public final class ProbeServer implements AutoCloseable {
    static final int CONNECTIONS_MAX = 256;
    static final long CONNECTION_MILLIS_MAX = 5_000;
    private static final String STANDBYS = "standbys";

    private static final Logger LOG = LoggerFactory.getLogger(ProbeServer.class);
    private static final int BACKLOG = 128;
    private static final long STEP_MILLIS = 50;
    private static final int BUFFER_BYTES = 8_192;
    private static final long CLOSE_MILLIS_MAX = 5_000;
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerSocketChannel server;
    private final Selector selector;
    private final SelectionKey accepting;
    private final Health health;
    private final ProbeScrapes scrapes;
    private final @Nullable ServerTls tls;
    private final Thread thread = new Thread(this::run, "sluice-probes");
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    /** In the order in which they were opened. */
    private final Set<ProbeConnection> connections = new LinkedHashSet<>();

    /** When connections are accepted again, after one could not be. */
    private long acceptsFromNanos;

    private volatile boolean isClosed;

    private ProbeServer(
            ServerSocketChannel server,
            Selector selector,
            Health health,
            Supplier<String> metrics,
            @Nullable ServerTls tls)
            throws IOException {
        this.server = server;
        this.selector = selector;
        this.tls = tls;
        this.accepting = server.register(selector, SelectionKey.OP_ACCEPT);
        this.health = health;
        this.scrapes = new ProbeScrapes(metrics, selector::wakeup);
    }

    /** The health that an app reports. */
    public interface Health {
        /** Whether the process still works; once it has given up, never again. */
        ProbeAnswer alive();

        /** Whether it has its partitions and answers requests. */
        ProbeAnswer ready();

        /** Whether another instance may be stopped. */
        ProbeAnswer standbys();
    }

    /**
     * Starts the server.
     *
     * @param address where to listen; port 0 for a free one
     * @param health the app's own health
     * @param metrics renders the metrics in the Prometheus text format
     * @param tls what the port identifies itself with; null for HTTP without TLS
     * @throws StartupException if the port is in use
     */
    public static ProbeServer start(
            InetSocketAddress address, Health health, Supplier<String> metrics, @Nullable ServerTls tls)
            throws StartupException {
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address, BACKLOG).configureBlocking(false);
            ProbeServer probes = new ProbeServer(server, Selector.open(), health, metrics, tls);
            probes.thread.setDaemon(true);
            probes.thread.start();
            return probes;
        } catch (BindException e) {
            throw new StartupException(
                    "admin port " + address.getHostString() + ":" + address.getPort() + " is in use", e);
        } catch (IOException e) {
            throw new StartupException("admin port " + address + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private void run() {
        try {
            while (!isClosed) {
                selector.select(this::serve, connections.isEmpty() && accepting.interestOps() != 0 ? 0 : STEP_MILLIS);
                step(System.nanoTime());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the probes are not served any more", e);
        } finally {
            List.copyOf(connections).forEach(this::close);
        }
    }

    private void step(long nowNanos) {
        scrapes.step(nowNanos);
        if (accepting.interestOps() == 0 && nowNanos - acceptsFromNanos >= 0) {
            accepting.interestOps(SelectionKey.OP_ACCEPT);
        }
        for (ProbeConnection connection : List.copyOf(connections)) {
            if (connection.openMillis(nowNanos) <= CONNECTION_MILLIS_MAX) {
                break;
            }
            close(connection);
        }
    }

    private void serve(SelectionKey key) {
        if (key == accepting) {
            accept();
            return;
        }
        ProbeConnection connection = (ProbeConnection) key.attachment();
        if (!connections.contains(connection)) {
            return;
        }
        try {
            if (key.isWritable()) {
                connection.write();
            }
            if (key.isReadable() || key.isWritable() && connection.waitsToWrite()) {
                ProbeConnection.Request admission = connection.read(buffer);
                if (admission != null) {
                    answer(connection, admission);
                }
            }
        } catch (IOException e) {
            // The caller has closed it, which is no news for the log.
            close(connection);
        } catch (RuntimeException e) {
            LOG.error("answering a probe failed", e);
            close(connection);
        }
    }

    private void accept() {
        try {
            SocketChannel channel = server.accept();
            if (channel == null) {
                return;
            }
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            ProbeConnection connection = new ProbeConnection(
                    tls == null ? new PlainProbeChannel(channel) : new TlsProbeChannel(channel, tls),
                    key,
                    System.nanoTime());
            key.attach(connection);
            connections.add(connection);
            if (connections.size() > CONNECTIONS_MAX) {
                close(connections.iterator().next());
            }
        } catch (IOException e) {
            // Too many open files, most likely: to try again at once would only burn the processor.
            LOG.warn("a connection could not be accepted: {}", e.getMessage());
            acceptsFromNanos = System.nanoTime() + ACCEPT_PAUSE_NANOS;
            accepting.interestOps(0);
        }
    }

    private void answer(ProbeConnection connection, ProbeConnection.Request admission) throws IOException {
        if (connection.isRefused()) {
            connection.answer(ProbeResponse.withoutTls());
            return;
        }
        if (admission.path().equals("/metrics") && refusal(admission) == null) {
            scrapes.add(answer -> answerLater(connection, answer));
            return;
        }
        connection.answer(answerTo(admission));
    }

    private void answerLater(ProbeConnection connection, ProbeResponse answer) {
        try {
            if (connections.contains(connection)) {
                connection.answer(answer);
            }
        } catch (IOException e) {
            // The caller has closed it, which is no news for the log.
            close(connection);
        }
    }

    private ProbeResponse answerTo(ProbeConnection.Request admission) {
        ProbeResponse refusal = refusal(admission);
        if (refusal != null) {
            return refusal;
        }
        if (admission.path().equals("/healthz")) {
            return ProbeResponse.status(health.alive(), "up", "down");
        }
        ProbeAnswer answer = admission.query().equals(STANDBYS) ? health.standbys() : health.ready();
        return ProbeResponse.status(answer, "ready", "not ready");
    }

    private static @Nullable ProbeResponse refusal(ProbeConnection.Request admission) {
        if (admission.equals(ProbeConnection.Request.NONE) || admission.equals(ProbeConnection.Request.TOO_LONG)) {
            return ProbeResponse.problem(admission.equals(ProbeConnection.Request.NONE) ? 400 : 431, Map.of());
        }
        if (!List.of("/healthz", "/readyz", "/metrics").contains(admission.path())) {
            return ProbeResponse.problem(404, Map.of());
        }
        return List.of("GET", "HEAD").contains(admission.method())
                ? null
                : ProbeResponse.problem(405, Map.of("Allow", "GET, HEAD"));
    }

    private void close(ProbeConnection connection) {
        connections.remove(connection);
        connection.close();
    }

    public int port() {
        return server.socket().getLocalPort();
    }

    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
        try {
            thread.join(CLOSE_MILLIS_MAX);
            server.close();
            selector.close();
        } catch (IOException e) {
            LOG.warn("the probes' port could not be closed: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scrapes.close();
    }
}
