package io.sluice.gateway;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.Readiness;
import io.sluice.gateway.server.GrpcPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gRPC front end: a port with Envoy's services, health and reflection.
 *
 * <p>The health service says SERVING once the cluster answers and the gateway has warmed up.
 */
public final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final long HEALTH_LOOK_MILLIS = 500;

    private final GrpcPort port;
    private final GatewayAdmissions admissions;
    private final HealthStatusManager health;
    private final List<BindableService> services;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-gateway-health");
        thread.setDaemon(true);
        return thread;
    });

    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Thread warmUp;

    private GatewayServer(
            GrpcPort port, GatewayAdmissions admissions, HealthStatusManager health, List<BindableService> services) {
        this.port = port;
        this.admissions = admissions;
        this.health = health;
        this.services = List.copyOf(services);
    }

    /**
     * Opens the port.
     *
     * @param callers who may call the services
     * @param services what it answers, beside health and reflection; closed with it if they can be
     * @throws GatewayStartException if the port is in use
     */
    public static GatewayServer start(
            GatewayConfig config,
            GatewayAdmissions admissions,
            GatewayCallers callers,
            List<BindableService> services,
            MeterRegistry registry)
            throws GatewayStartException {
        HealthStatusManager health = new HealthStatusManager();
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
        List<BindableService> all = new ArrayList<>(services);
        all.add(health.getHealthService());
        all.add(ProtoReflectionServiceV1.newInstance());
        try {
            GatewayServer server = new GatewayServer(
                    GrpcPort.open(config, all, new CallerContext(callers, registry), registry),
                    admissions,
                    health,
                    services);
            server.warmUp = new Thread(new WarmUp(config, admissions, server.services), "sluice-gateway-warm-up");
            server.warmUp.setDaemon(true);
            server.warmUp.start();
            server.looks.scheduleWithFixedDelay(server::look, 0, HEALTH_LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return server;
        } catch (IOException e) {
            throw new GatewayStartException("grpc port " + config.host() + ":" + config.port() + " is in use", e);
        }
    }

    private void look() {
        try {
            Readiness readiness = admissions.readiness();
            ServingStatus status = readiness.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
            health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
            for (BindableService service : services) {
                health.setStatus(service.bindService().getServiceDescriptor().getName(), status);
            }
        } catch (RuntimeException | Error e) {
            // Otherwise the executor would silently stop all further looks.
            LOG.error("the health of the gateway could not be checked", e);
        }
    }

    /** The number that the port has, free ones included. */
    public int number() {
        return port.number();
    }

    /** Takes no new calls, answers those that it has, and closes. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        looks.shutdownNow();
        if (warmUp != null) {
            warmUp.interrupt();
        }
        health.enterTerminalState();
        // Streams end by themselves only if their service says so; the port waits for the answers to calls.
        for (BindableService service : services) {
            if (service instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    LOG.warn("closing {} failed", service.getClass().getSimpleName(), e);
                }
            }
        }
        port.close();
    }
}
