package io.sluice.perf.baseline;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.api.HttpPort;
import io.sluice.api.RequestApiConfig;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Authorizer;
import io.sluice.api.server.ApiHandler;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.BodyRoom;
import io.sluice.api.server.RequestMeters;
import io.sluice.api.server.RetryAdvice;
import io.sluice.api.server.Sending;
import io.sluice.client.Readiness;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The baselines' ports: Javalin with the bounds of request-api's data port, and request-api's own server. */
final class FrontEnd {
    static final int BODY_BYTES_MAX = RequestApiConfig.Bounds.standard().bodyBytesMax();

    private static final String HOST = "127.0.0.1";
    private static final int THREADS_MIN = 4;
    private static final int ACCEPTORS = 1;
    private static final int SELECTORS_BY_DEFAULT = -1;

    private FrontEnd() {}

    /** Opens a free port, on which request-api's server calls these handlers as it answers admissions. */
    static HttpPort startDirect(List<ApiRoute> routes) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        RequestApiConfig config = RequestApiConfig.standard(HOST, 0, 0);
        RequestApiConfig.Bounds bounds = config.bounds();
        Sending sending = new Sending(
                new BodyRoom(bounds.bodiesBytesMax(), bounds.patience().bodyMillisMax(), registry),
                new RequestMeters(registry),
                new RetryAdvice(() -> new Readiness(true, ""), System::nanoTime));
        ApiHandler handler = new ApiHandler(
                routes, new Authorizer(Access.open("everybody"), new AuthFailures(registry, "baseline")), sending);
        return new HttpPort(config, new HttpPort.Settings("baseline", 0, bounds.threadsMax()), handler, registry)
                .start();
    }

    /** Opens a free port, on which Javalin answers. */
    static Javalin start(Consumer<JavalinConfig> resources) {
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
                        ServerConnector connector = new ServerConnector(server, ACCEPTORS, SELECTORS_BY_DEFAULT, http1);
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
