package io.sluice.perf.baseline;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.sluice.api.RequestApiConfig;
import java.util.function.Consumer;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Javalin and Jetty set up as request-api sets them up for its data port, which it keeps to itself. */
final class FrontEnd {
    private static final String HOST = "127.0.0.1";
    private static final int THREADS_MIN = 4;

    private FrontEnd() {}

    /** Opens a free port. */
    static Javalin start(Consumer<RoutesConfig> routes) {
        RequestApiConfig.Bounds bounds = RequestApiConfig.Bounds.standard();
        return Javalin.create(javalin -> {
                    javalin.startup.showJavalinBanner = false;
                    javalin.startup.showOldJavalinVersionWarning = false;
                    javalin.startup.startupWatcherEnabled = false;
                    javalin.http.prefer405over404 = true;
                    javalin.http.maxRequestSize = bounds.batchBytesMax();
                    javalin.jetty.threadPool = new QueuedThreadPool(bounds.threadsMax(), THREADS_MIN);
                    javalin.jetty.addConnector((server, http) -> {
                        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
                        connector.setHost(HOST);
                        connector.setPort(0);
                        connector.setAcceptQueueSize(bounds.acceptsMax());
                        return connector;
                    });
                    javalin.jetty.modifyHttpConfiguration(http -> {
                        http.setSendServerVersion(false);
                        http.setRequestHeaderSize(bounds.headerBytesMax());
                        http.setIdleTimeout(bounds.idleMillisMax());
                    });
                    routes.accept(javalin.routes);
                })
                .start();
    }
}
