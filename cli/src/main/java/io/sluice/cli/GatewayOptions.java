package io.sluice.cli;

import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.quota.QuotaConfig;
import io.sluice.tls.ServerTls;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the gRPC port: where it listens, and its bounds. */
public final class GatewayOptions {
    @Option(
            names = "--grpc-port",
            paramLabel = "PORT",
            defaultValue = "${env:SLUICE_GRPC_PORT:-8083}",
            description = "Port for the gRPC calls of gateways such as Envoy; 0 for none (or $SLUICE_GRPC_PORT;"
                    + " default: 8083).")
    private int port;

    @Option(
            names = "--grpc-connections-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_GRPC_CONNECTIONS_MAX:-1000}",
            description = "Open connections of the gRPC port (or $SLUICE_GRPC_CONNECTIONS_MAX; default: 1000).")
    private int connectionsMax;

    @Option(
            names = "--grpc-calls-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_GRPC_CALLS_MAX:-20000}",
            description = "Open gRPC calls of all connections (or $SLUICE_GRPC_CALLS_MAX; default: 20000).")
    private int callsMax;

    @Option(
            names = "--grpc-streams-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_GRPC_STREAMS_MAX:-1000}",
            description = "Open gRPC streams of all connections (or $SLUICE_GRPC_STREAMS_MAX; default: 1000).")
    private int streamsMax;

    @Mixin
    private QuotaOptions quotas = new QuotaOptions();

    /** Whether there is a port. */
    public boolean isOn() {
        return port != 0;
    }

    public int port() {
        return port;
    }

    /**
     * The settings for lending tokens to Envoys.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public QuotaConfig quotas() throws CommandFailure {
        return quotas.read();
    }

    /**
     * The chosen port and bounds.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public GatewayConfig read(String host, @Nullable ServerTls secured) throws CommandFailure {
        try {
            GatewayConfig.Bounds bounds = GatewayConfig.Bounds.standard()
                    .withConnectionsMax(connectionsMax)
                    .withCallsMax(callsMax, streamsMax);
            return GatewayConfig.standard(host, port).with(bounds).with(secured);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("grpc: " + e.getMessage(), e);
        }
    }
}
