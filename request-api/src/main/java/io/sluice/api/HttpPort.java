package io.sluice.api;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.direct.ConnectionWatch;
import io.sluice.api.http.FixedFields;
import io.sluice.api.http.HeadAsGet;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RefusedException;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.http.Responder;
import io.sluice.api.http.ServerErrors;
import io.sluice.api.http.SingleFields;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How Javalin and Jetty are set up for one port: its bounds, and that every error is told as a problem. */
final class HttpPort {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
    /** Longer than any deadline: every answer is there before the server gives up on it. */
    private static final long ASYNC_MILLIS_MAX =
            AdmissionBody.DEADLINE_MILLIS_MAX + AdmissionRequest.WAIT_MILLIS_MAX + 10_000;

    private static final int THREADS_MIN = 4;
    private static final int ACCEPTORS = 1;
    private static final int THREADS_PER_SELECTOR_MIN = 4;
    /**
     * An encoded slash in a client ID is meant as one, and an encoded percent sign is one. Dot segments, empty ones and
     * backslashes, however they are encoded, stay refused: no client ID has them.
     */
    private static final UriCompliance URIS =
            UriCompliance.from("DEFAULT,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING");

    /** Where callers have to be known. */
    private static final String GUARDED = "/v1/";

    private HttpPort() {}

    /** What a caller is told in place of that a resource, or a method of one, is not there; null if it may know. */
    @FunctionalInterface
    interface Guard {
        @Nullable HttpAnswer refusalOf(Context context);
    }

    /**
     * One port.
     *
     * @param name what it is called in metrics
     * @param number 0 for a free one
     * @param threadsMax threads that answer its requests
     */
    record Port(String name, int number, int threadsMax, MeterRegistry registry) {}

    /** A server for a port, not started yet. */
    static Javalin server(RequestApiConfig config, Port port, Guard guard, Consumer<JavalinConfig> resources) {
        return Javalin.create(javalin -> {
            javalin.startup.showJavalinBanner = false;
            javalin.startup.showOldJavalinVersionWarning = false;
            javalin.startup.startupWatcherEnabled = false;
            javalin.http.prefer405over404 = true;
            javalin.http.asyncTimeout = ASYNC_MILLIS_MAX;
            javalin.http.maxRequestSize = config.bounds().batchBytesMax();
            javalin.jetty.threadPool = new QueuedThreadPool(port.threadsMax(), THREADS_MIN);
            configureJetty(javalin, config, port);
            resources.accept(javalin);
            // In front of all others, so last.
            javalin.jetty.modifyServer(server -> {
                server.insertHandler(new HeadAsGet());
                server.insertHandler(new SingleFields());
            });
            addErrors(javalin.routes, guard);
        });
    }

    private static void configureJetty(JavalinConfig javalin, RequestApiConfig config, Port port) {
        javalin.jetty.addConnector((server, http) -> {
            HttpConnectionFactory http1 = new HttpConnectionFactory(http);
            ServerConnector connector = new ServerConnector(server, ACCEPTORS, selectors(port.threadsMax()), http1);
            connector.setHost(config.host());
            connector.setPort(port.number());
            connector.setAcceptQueueSize(config.bounds().acceptsMax());
            connector.setIdleTimeout(config.bounds().patience().idleMillisMax());
            connector.addBean(watch(config.bounds(), connector.getScheduler(), port));
            return connector;
        });
        javalin.jetty.modifyHttpConfiguration(http -> configureHttp(http, config));
        javalin.jetty.modifyServer(server -> server.setErrorHandler(new ServerErrors()));
        javalin.jetty.modifyServletContextHandler(handler -> {
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
            handler.setErrorHandler(new ServerErrors());
        });
    }

    private static ConnectionWatch watch(RequestApiConfig.Bounds bounds, Scheduler scheduler, Port port) {
        RequestApiConfig.Patience patience = bounds.patience();
        return new ConnectionWatch(
                new ConnectionWatch.Bounds(
                        bounds.connectionsMax(), patience.headMillisMax(), patience.answerMillisMax()),
                scheduler,
                port.name(),
                port.registry());
    }

    /** One for each core, since they do the work of what is answered directly; but threads are left for the rest. */
    private static int selectors(int threadsMax) {
        return Math.min(Runtime.getRuntime().availableProcessors(), threadsMax / THREADS_PER_SELECTOR_MIN);
    }

    private static void configureHttp(HttpConfiguration http, RequestApiConfig config) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(config.bounds().headerBytesMax());
        http.setIdleTimeout(config.bounds().patience().idleMillisMax());
        http.addCustomizer(new FixedFields());
        http.setUriCompliance(URIS);
    }

    private static void addErrors(RoutesConfig routes, Guard guard) {
        routes.before(RequestUrl::check);
        routes.exception(WireException.class, (e, context) -> Responder.send(context, Problem.invalid(e)));
        routes.exception(HttpResponseException.class, (e, context) -> {
            HttpAnswer refusal = context.path().startsWith(GUARDED) ? guard.refusalOf(context) : null;
            Responder.send(context, refusal == null ? answer(e, context) : refusal);
        });
        routes.exception(RefusedException.class, (e, context) -> Responder.send(context, Responder.answerOf(e)));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            Responder.send(context, Problem.INTERNAL.answer("the request could not be answered"));
        });
    }

    private static HttpAnswer answer(HttpResponseException e, Context context) {
        if (e.getStatus() == Problem.NOT_FOUND.status()) {
            return Problem.NOT_FOUND.answer("no such resource");
        }
        String methods = e.getDetails().get("availableMethods");
        if (e.getStatus() == Problem.METHOD_NOT_ALLOWED.status() && methods != null) {
            String allowed = String.join(", ", new TreeSet<>(List.of(methods.split(",\\s*"))));
            return Problem.methodNotAllowed(context.method().name(), allowed);
        }
        return Problem.ofStatus(e.getStatus(), String.valueOf(e.getMessage()));
    }
}
