package io.sluice.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.server.ConnectionWatch;
import io.sluice.api.server.FixedFields;
import io.sluice.api.server.ServerErrors;
import io.sluice.api.server.TlsConnections;
import io.sluice.api.server.TlsOnly;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One port: Jetty with the bounds of the configuration, and with every error answered as a problem. */
public final class HttpPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
    private static final int THREADS_MIN = 4;
    private static final int ACCEPTORS = 1;
    private static final int THREADS_PER_SELECTOR_MIN = 4;
    /**
     * Jetty accepts every spelling of a path, because the handler decides: it is stricter with its own paths, and
     * accepts those of other servers as they are.
     */
    private static final UriCompliance URIS = UriCompliance.UNSAFE;

    /**
     * How long a closing port waits for answers to the requests that it has read. So both ports, and then the Kafka
     * client, stop within ten seconds, before an orchestrator kills them.
     */
    private static final long ANSWERED_WITHIN_MILLIS = 3_000;
    /** After this time, requests that still wait are answered without a verdict. */
    private static final long LAST_CALL_MILLIS = 2_500;
    /** A connection without a request ends this soon after the port has begun to close. */
    private static final long SILENT_MILLIS = 100;

    private final String address;
    private final Server server;
    private final ServerConnector connector;
    private volatile Runnable lastCall = () -> {};

    /**
     * A port, not open yet.
     *
     * @param name its name in metrics
     * @param number 0 for a free one
     * @param threadsMax threads that answer its requests
     */
    public record Settings(String name, int number, int threadsMax) {}

    /** A port that a handler answers, not open yet. */
    public HttpPort(RequestApiConfig config, Settings settings, Handler handler, MeterRegistry registry) {
        address = config.host() + ":" + settings.number();
        server = new Server(new QueuedThreadPool(settings.threadsMax(), THREADS_MIN));
        HttpConnectionFactory http = new HttpConnectionFactory(http(config));
        connector = new ServerConnector(
                server,
                ACCEPTORS,
                selectors(settings.threadsMax()),
                config.tls() == null
                        ? new ConnectionFactory[] {http}
                        : new ConnectionFactory[] {TlsConnections.before(http, config.tls()), http});
        RequestApiConfig.Bounds bounds = config.bounds();
        RequestApiConfig.Patience patience = bounds.patience();
        connector.setHost(config.host());
        connector.setPort(settings.number());
        connector.setAcceptQueueSize(bounds.acceptsMax());
        connector.setIdleTimeout(patience.idleMillisMax());
        connector.addBean(new ConnectionWatch(
                new ConnectionWatch.Bounds(
                        bounds.connectionsMax(), patience.headMillisMax(), patience.answerMillisMax()),
                connector.getScheduler(),
                settings.name(),
                registry));
        server.addConnector(connector);
        server.setErrorHandler(new ServerErrors());
        server.setHandler(new GracefulHandler(handler));
        server.setStopTimeout(ANSWERED_WITHIN_MILLIS);
        connector.setShutdownIdleTimeout(SILENT_MILLIS);
    }

    private static HttpConfiguration http(RequestApiConfig config) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(config.bounds().headerBytesMax());
        http.setIdleTimeout(config.bounds().patience().idleMillisMax());
        http.addCustomizer(new FixedFields());
        http.setUriCompliance(URIS);
        if (config.tls() != null) {
            http.addCustomizer(new TlsOnly());
        }
        return http;
    }

    /** One for each core, since these threads also answer direct requests; but some threads are left for the pool. */
    private static int selectors(int threadsMax) {
        return Math.min(Runtime.getRuntime().availableProcessors(), threadsMax / THREADS_PER_SELECTOR_MIN);
    }

    /** Opens it. */
    void open(String name) throws RequestApiStartException {
        try {
            connector.open();
        } catch (IOException e) {
            throw new RequestApiStartException(name + " " + address + " is in use", e);
        }
        start();
    }

    /** Opens it, on a port that nothing else can have. */
    public HttpPort start() {
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server cannot start at " + address, e);
        }
        return this;
    }

    /** The number that it has, free ones included. */
    public int number() {
        return connector.getLocalPort();
    }

    /** Sets what answers the waiting requests shortly before the port closes. */
    HttpPort onLastCall(Runnable stopWaiting) {
        lastCall = stopWaiting;
        return this;
    }

    /** Takes no new requests, answers those that it has, and closes. */
    @Override
    public void close() {
        // The scheduler ends with the port. A port that never opened has none.
        if (connector.getScheduler().isRunning()) {
            connector.getScheduler().schedule(lastCall, LAST_CALL_MILLIS, TimeUnit.MILLISECONDS);
        }
        try {
            server.stop();
        } catch (TimeoutException e) {
            LOG.info("{} closes before all of its callers have their answers", address);
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server cannot stop at " + address, e);
        } finally {
            connector.close();
        }
    }
}
