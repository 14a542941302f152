package io.sluice.gateway;

import io.sluice.tls.ServerTls;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the gateway.
 *
 * @param host the address that it listens on
 * @param port its port; 0 for a free one
 * @param deadlineMillis how long a call waits for its verdict unless its own deadline is earlier
 * @param bounds the limits that the server sets for callers
 * @param tls its certificate and key; null for plain HTTP/2
 */
public record GatewayConfig(
        String host,
        int port,
        long deadlineMillis,
        Bounds bounds,
        @Nullable ServerTls tls) {
    public static final long DEADLINE_MILLIS = 1_000;
    private static final long DEADLINE_MILLIS_MAX = 60_000;

    public GatewayConfig {
        within("port", port, 0, 65_535);
        within("deadlineMillis", deadlineMillis, 1, DEADLINE_MILLIS_MAX);
    }

    /**
     * Bounds of the server.
     *
     * @param connectionsMax open connections; those beyond are closed at once
     * @param callsPerConnectionMax open calls and streams of one connection; callers queue those beyond
     * @param callsMax open unary calls together; those beyond are refused with {@code RESOURCE_EXHAUSTED}
     * @param streamsMax open streams together; those beyond are refused with {@code RESOURCE_EXHAUSTED}
     * @param messageBytesMax one message of a caller
     * @param metadataBytesMax the header fields of a call
     * @param idleMillisMax how long a connection may have no call
     * @param drainMillisMax how long a server that closes waits for the answers to what it has read
     */
    public record Bounds(
            int connectionsMax,
            int callsPerConnectionMax,
            int callsMax,
            int streamsMax,
            int messageBytesMax,
            int metadataBytesMax,
            long idleMillisMax,
            long drainMillisMax) {
        public Bounds {
            within("connectionsMax", connectionsMax, 1, 1_000_000);
            within("callsPerConnectionMax", callsPerConnectionMax, 1, 1_000_000);
            within("callsMax", callsMax, 1, 10_000_000);
            within("streamsMax", streamsMax, 1, 1_000_000);
            within("messageBytesMax", messageBytesMax, 1_024, 1 << 26);
            within("metadataBytesMax", metadataBytesMax, 1_024, 1 << 20);
            within("idleMillisMax", idleMillisMax, 1, 86_400_000);
            within("drainMillisMax", drainMillisMax, 1, 600_000);
        }

        public static Bounds standard() {
            return new Bounds(1_000, 1_000, 20_000, 1_000, 1 << 20, 8 << 10, 3_600_000, 3_000);
        }

        public Bounds withConnectionsMax(int newConnectionsMax) {
            return new Bounds(
                    newConnectionsMax,
                    callsPerConnectionMax,
                    callsMax,
                    streamsMax,
                    messageBytesMax,
                    metadataBytesMax,
                    idleMillisMax,
                    drainMillisMax);
        }

        public Bounds withCallsMax(int newCallsMax, int newStreamsMax) {
            return new Bounds(
                    connectionsMax,
                    callsPerConnectionMax,
                    newCallsMax,
                    newStreamsMax,
                    messageBytesMax,
                    metadataBytesMax,
                    idleMillisMax,
                    drainMillisMax);
        }
    }

    public static GatewayConfig standard(String host, int port) {
        return new GatewayConfig(host, port, DEADLINE_MILLIS, Bounds.standard(), /* tls= */ null);
    }

    public GatewayConfig with(Bounds newBounds) {
        return new GatewayConfig(host, port, deadlineMillis, newBounds, tls);
    }

    /** The same with TLS; null for none. */
    public GatewayConfig with(@Nullable ServerTls newTls) {
        return new GatewayConfig(host, port, deadlineMillis, bounds, newTls);
    }

    /** The same on a free port that only this machine reaches, without TLS. */
    GatewayConfig onLoopback() {
        return new GatewayConfig("127.0.0.1", 0, deadlineMillis, bounds, /* tls= */ null);
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
