package io.sluice.perf.baseline;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.direct.BodyKeeping;
import io.sluice.api.direct.BodyRoom;
import io.sluice.api.direct.DirectRoutes;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.RequestMeters;
import io.sluice.api.http.RetryAdvice;
import io.sluice.client.Readiness;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Javalin and Jetty set up as request-api sets them up for its data port, which it keeps to itself. */
final class FrontEnd {
    static final int BODY_BYTES_MAX = RequestApiConfig.Bounds.standard().bodyBytesMax();

    private static final String HOST = "127.0.0.1";
    private static final int THREADS_MIN = 4;
    private static final int ACCEPTORS = 1;
    private static final int SELECTORS_BY_DEFAULT = -1;

    private FrontEnd() {}

    /** Opens a free port, on which Javalin answers. */
    static Javalin start(Consumer<JavalinConfig> resources) {
        return start(SELECTORS_BY_DEFAULT, resources);
    }

    /** Opens a free port, on which these are answered in the threads that read, as request-api answers admissions. */
    static Javalin startDirect(Map<String, DirectRoutes.Route> routes) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        RequestApiConfig.Bounds bounds = RequestApiConfig.Bounds.standard();
        BodyRoom room = new BodyRoom(bounds.bodiesBytesMax(), bounds.patience().bodyMillisMax(), registry);
        DirectRoutes direct = new DirectRoutes(
                routes,
                BodyKeeping.NOBODY,
                BODY_BYTES_MAX,
                room,
                new Exchange.Sending(
                        new RequestMeters(registry), new RetryAdvice(() -> new Readiness(true, ""), System::nanoTime)));
        return start(
                Runtime.getRuntime().availableProcessors(),
                javalin -> javalin.jetty.modifyServer(server -> server.insertHandler(direct)));
    }

    private static Javalin start(int selectors, Consumer<JavalinConfig> resources) {
        RequestApiConfig.Bounds bounds = RequestApiConfig.Bounds.standard();
        return Javalin.create(javalin -> {
                    javalin.startup.showJavalinBanner = false;
                    javalin.startup.showOldJavalinVersionWarning = false;
                    javalin.startup.startupWatcherEnabled = false;
                    javalin.http.prefer405over404 = true;
                    javalin.http.maxRequestSize = bounds.batchBytesMax();
                    javalin.jetty.threadPool = new QueuedThreadPool(bounds.threadsMax(), THREADS_MIN);
                    javalin.jetty.addConnector((server, http) -> {
                        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
                        ServerConnector connector = new ServerConnector(server, ACCEPTORS, selectors, http1);
                        connector.setHost(HOST);
                        connector.setPort(0);
                        connector.setAcceptQueueSize(bounds.acceptsMax());
                        return connector;
                    });
                    javalin.jetty.modifyHttpConfiguration(http -> {
                        http.setSendServerVersion(false);
                        http.setRequestHeaderSize(bounds.headerBytesMax());
                        http.setIdleTimeout(bounds.patience().idleMillisMax());
                    });
                    resources.accept(javalin);
                })
                .start();
    }
}
