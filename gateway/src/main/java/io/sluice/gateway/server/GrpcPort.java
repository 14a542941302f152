package io.sluice.gateway.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.GatewayConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gRPC port with the bounds of the configuration.
 *
 * <p>The threads that read connections also answer calls, because no service waits.
 */
public final class GrpcPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcPort.class);
    /** Pings that keep a connection open; Envoy's own come every few seconds at most. */
    private static final long KEEP_ALIVE_MILLIS_MIN = 1_000;
    /** A reset costs the server more than the caller, so a flood of them closes its connection. */
    private static final int RESETS_MAX = 2_000;

    private static final int RESET_SECONDS = 10;
    private static final int ACCEPTS_MAX = 4_096;
    private static final long LOOP_STOP_MILLIS = 2_000;

    private final Server server;
    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;
    private final long drainMillisMax;

    private GrpcPort(Server server, EventLoopGroup acceptor, EventLoopGroup workers, long drainMillisMax) {
        this.server = server;
        this.acceptor = acceptor;
        this.workers = workers;
        this.drainMillisMax = drainMillisMax;
    }

    /**
     * Opens a port.
     *
     * @throws IOException if it is in use
     */
    public static GrpcPort open(
            GatewayConfig config, List<BindableService> services, ServerInterceptor callers, MeterRegistry registry)
            throws IOException {
        GatewayConfig.Bounds bounds = config.bounds();
        Places connections = connections(bounds.connectionsMax(), registry);
        EventLoopGroup acceptor = loops("sluice-grpc-accept", 1);
        EventLoopGroup workers = loops("sluice-grpc", Runtime.getRuntime().availableProcessors());
        CallBounds calls = new CallBounds(bounds.callsMax(), bounds.streamsMax(), config.deadlineMillis(), registry);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.port()))
                .channelFactory(() -> new BoundedServerChannel(connections))
                .bossEventLoopGroup(acceptor)
                .workerEventLoopGroup(workers)
                .withOption(ChannelOption.SO_BACKLOG, ACCEPTS_MAX)
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .directExecutor()
                .maxConcurrentCallsPerConnection(bounds.callsPerConnectionMax())
                .maxInboundMessageSize(bounds.messageBytesMax())
                .maxInboundMetadataSize(bounds.metadataBytesMax())
                .maxConnectionIdle(bounds.idleMillisMax(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(KEEP_ALIVE_MILLIS_MIN, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxRstFramesPerWindow(RESETS_MAX, RESET_SECONDS)
                // The interceptor that is added last is called first.
                .intercept(callers)
                .intercept(calls);
        if (config.tls() != null) {
            builder.sslContext(new ReloadedSslContext(config.tls()));
        }
        register(builder, services);
        try {
            Server server = builder.build().start();
            ScheduledFuture<?> unused = workers.scheduleWithFixedDelay(
                    calls::closeLate, config.deadlineMillis(), config.deadlineMillis(), TimeUnit.MILLISECONDS);
            return new GrpcPort(server, acceptor, workers, bounds.drainMillisMax());
        } catch (IOException | RuntimeException e) {
            end(acceptor);
            end(workers);
            throw e;
        }
    }

    private static Places connections(int connectionsMax, MeterRegistry registry) {
        Counter refused = Counter.builder("sluice.gateway.connections.refused")
                .description("Connections that were closed at once because too many were open")
                .register(registry);
        Places connections = new Places(connectionsMax, refused);
        Gauge.builder("sluice.gateway.connections", connections, Places::open)
                .description("Open connections of the gRPC port")
                .register(registry);
        return connections;
    }

    private static EventLoopGroup loops(String name, int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    private static void end(EventLoopGroup loops) {
        boolean ended = loops.shutdownGracefully(0, LOOP_STOP_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LOOP_STOP_MILLIS);
        if (!ended) {
            LOG.info("threads of the grpc port end later");
        }
    }

    private static void register(ServerBuilder<?> builder, List<BindableService> services) {
        services.forEach(builder::addService);
    }

    /** The number that it has, free ones included. */
    public int number() {
        return server.getPort();
    }

    /** Tells callers to open no more calls, answers those that it has read, and closes. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(drainMillisMax, TimeUnit.MILLISECONDS)) {
                LOG.info("grpc port {} closes before all of its callers have their answers", number());
                server.shutdownNow();
                server.awaitTermination(LOOP_STOP_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        end(acceptor);
        end(workers);
    }
}
