package io.sluice.streams.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The HTTP port of a streams app that runs apart: {@code /healthz}, {@code /readyz}, {@code /readyz?standbys} and
 * {@code /metrics}.
 */
public final class ProbeServer implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final String STANDBYS = "standbys";

    private final HttpServer server;
    private final ExecutorService executor;

    private ProbeServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /** What an app says of itself. */
    public interface Health {
        /** Whether the process does anything yet; once it has given up, never again. */
        ProbeAnswer alive();

        /** Whether it has its partitions and answers. */
        ProbeAnswer ready();

        /** Whether another instance may be stopped. */
        ProbeAnswer standbys();
    }

    /**
     * Starts the server.
     *
     * @param address where to listen; port 0 for a free one
     * @param health what the app says of itself
     * @param metrics renders the metrics in the Prometheus text format
     * @throws StartupException if the port is in use
     */
    public static ProbeServer start(InetSocketAddress address, Health health, Supplier<String> metrics)
            throws StartupException {
        try {
            HttpServer server = HttpServer.create(address, BACKLOG);
            ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "sluice-probes");
                thread.setDaemon(true);
                return thread;
            });
            server.setExecutor(executor);
            server.createContext("/healthz", exchange -> respond(exchange, "up", "down", health.alive()));
            server.createContext("/readyz", exchange -> {
                boolean withStandbys = STANDBYS.equals(exchange.getRequestURI().getQuery());
                respond(exchange, "ready", "not ready", withStandbys ? health.standbys() : health.ready());
            });
            server.createContext("/metrics", exchange -> respond(exchange, 200, metrics.get()));
            server.start();
            return new ProbeServer(server, executor);
        } catch (BindException e) {
            throw new StartupException(
                    "admin port " + address.getHostString() + ":" + address.getPort() + " is in use", e);
        } catch (IOException e) {
            throw new StartupException("admin port " + address + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void respond(HttpExchange exchange, String well, String unwell, ProbeAnswer answer)
            throws IOException {
        String text = answer.ok()
                ? "{\"status\":\"" + well + "\"}"
                : "{\"status\":\"" + unwell + "\",\"detail\":\"" + escaped(answer.detail()) + "\"}";
        respond(exchange, answer.ok() ? 200 : 503, text);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    }

    private static void respond(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange;
                OutputStream body = exchange.getResponseBody()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            String type = text.startsWith("{") ? "application/json" : "text/plain; version=0.0.4; charset=utf-8";
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            body.write(bytes);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(/* delaySeconds= */ 0);
        executor.shutdownNow();
    }
}
