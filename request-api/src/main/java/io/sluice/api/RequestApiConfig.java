package io.sluice.api;

import io.sluice.api.data.ForwardAuthConfig;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.tls.ServerTls;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the request API.
 *
 * @param host the address that both ports listen on
 * @param dataPort port for admissions; 0 for a free one
 * @param adminPort port for operations; 0 for a free one
 * @param deadlineMillis how long a caller waits for its verdict unless it says otherwise
 * @param bounds the limits that the server sets for callers
 * @param forwardAuth how gateways ask
 * @param warmUpMillisMax how long the server may call itself before it is ready; 0 for not at all
 * @param tls the certificate and key of both ports; null for HTTP without TLS
 */
public record RequestApiConfig(
        String host,
        int dataPort,
        int adminPort,
        long deadlineMillis,
        Bounds bounds,
        ForwardAuthConfig forwardAuth,
        long warmUpMillisMax,
        @Nullable ServerTls tls) {
    public static final long DEADLINE_MILLIS = 1_000;

    public RequestApiConfig {
        within("dataPort", dataPort, 0, 65_535);
        within("adminPort", adminPort, 0, 65_535);
        within("deadlineMillis", deadlineMillis, 1, AdmissionBody.DEADLINE_MILLIS_MAX);
        within("warmUpMillisMax", warmUpMillisMax, 0, 60_000);
    }

    /**
     * Bounds of one server.
     *
     * @param threadsMax threads that answer requests; none of them waits for a verdict, nor for a caller
     * @param headerBytesMax request line and header fields together
     * @param bodyBytesMax body of one admission
     * @param batchBytesMax body of a batch
     * @param bodiesBytesMax all bodies together whose requests are not answered yet, on both ports
     * @param acceptsMax connections that may wait to be accepted; beyond it the kernel drops them, and callers see
     *     stalls or resets
     * @param connectionsMax open connections of one port; those beyond are closed at once
     * @param patience how slow callers may be
     */
    public record Bounds(
            int threadsMax,
            int headerBytesMax,
            int bodyBytesMax,
            int batchBytesMax,
            long bodiesBytesMax,
            int acceptsMax,
            int connectionsMax,
            Patience patience) {
        public Bounds {
            // Jetty itself needs a handful for its acceptor and selectors.
            within("threadsMax", threadsMax, 8, 10_000);
            within("headerBytesMax", headerBytesMax, 1_024, 1 << 20);
            within("bodyBytesMax", bodyBytesMax, 256, 1 << 26);
            within("batchBytesMax", batchBytesMax, 256, 1 << 26);
            within("bodiesBytesMax", bodiesBytesMax, Math.max(bodyBytesMax, batchBytesMax), 1L << 40);
            within("acceptsMax", acceptsMax, 1, 65_535);
            within("connectionsMax", connectionsMax, 10, 1_000_000);
        }

        public static Bounds standard() {
            return new Bounds(32, 8 << 10, 64 << 10, 1 << 20, 64L << 20, 4_096, 20_000, Patience.standard());
        }

        public Bounds withThreadsMax(int newThreadsMax) {
            return new Bounds(
                    newThreadsMax,
                    headerBytesMax,
                    bodyBytesMax,
                    batchBytesMax,
                    bodiesBytesMax,
                    acceptsMax,
                    connectionsMax,
                    patience);
        }

        public Bounds withBodiesBytesMax(long newBodiesBytesMax) {
            return new Bounds(
                    threadsMax,
                    headerBytesMax,
                    bodyBytesMax,
                    batchBytesMax,
                    newBodiesBytesMax,
                    acceptsMax,
                    connectionsMax,
                    patience);
        }

        public Bounds withConnectionsMax(int newConnectionsMax) {
            return new Bounds(
                    threadsMax,
                    headerBytesMax,
                    bodyBytesMax,
                    batchBytesMax,
                    bodiesBytesMax,
                    acceptsMax,
                    newConnectionsMax,
                    patience);
        }

        public Bounds with(Patience newPatience) {
            return new Bounds(
                    threadsMax,
                    headerBytesMax,
                    bodyBytesMax,
                    batchBytesMax,
                    bodiesBytesMax,
                    acceptsMax,
                    connectionsMax,
                    newPatience);
        }
    }

    /**
     * The bounds on slow callers.
     *
     * @param idleMillisMax how long a connection may be silent
     * @param headMillisMax from the opening of a connection, or the first byte of a later request, to the end of the
     *     head
     * @param bodyMillisMax from the end of the head to the end of the body, however many bytes come in between
     * @param answerMillisMax how long an answer may wait for its caller to read it
     */
    public record Patience(long idleMillisMax, long headMillisMax, long bodyMillisMax, long answerMillisMax) {
        private static final long MILLIS_MAX = 3_600_000;

        public Patience {
            within("idleMillisMax", idleMillisMax, 1, MILLIS_MAX);
            within("headMillisMax", headMillisMax, 1, MILLIS_MAX);
            within("bodyMillisMax", bodyMillisMax, 1, MILLIS_MAX);
            within("answerMillisMax", answerMillisMax, 1, MILLIS_MAX);
        }

        public static Patience standard() {
            return new Patience(60_000, 10_000, 10_000, 30_000);
        }
    }

    public static RequestApiConfig standard(String host, int dataPort, int adminPort) {
        return new RequestApiConfig(
                host,
                dataPort,
                adminPort,
                DEADLINE_MILLIS,
                Bounds.standard(),
                ForwardAuthConfig.standard(),
                /* warmUpMillisMax= */ 0,
                /* tls= */ null);
    }

    public RequestApiConfig with(Bounds newBounds) {
        return new RequestApiConfig(
                host, dataPort, adminPort, deadlineMillis, newBounds, forwardAuth, warmUpMillisMax, tls);
    }

    /** The same with other gateways. */
    public RequestApiConfig with(ForwardAuthConfig newForwardAuth) {
        return new RequestApiConfig(
                host, dataPort, adminPort, deadlineMillis, bounds, newForwardAuth, warmUpMillisMax, tls);
    }

    /** The same with a warm-up that takes no longer than this; 0 for none. */
    public RequestApiConfig withWarmUp(long newMillisMax) {
        return new RequestApiConfig(host, dataPort, adminPort, deadlineMillis, bounds, forwardAuth, newMillisMax, tls);
    }

    /** A port of its own that only this machine reaches, without TLS. */
    RequestApiConfig onLoopback() {
        return new RequestApiConfig(
                "127.0.0.1", 0, 0, deadlineMillis, bounds, forwardAuth, /* warmUpMillisMax= */ 0, /* tls= */ null);
    }

    /** The same with TLS on both ports; null for none. */
    public RequestApiConfig with(@Nullable ServerTls newTls) {
        return new RequestApiConfig(
                host, dataPort, adminPort, deadlineMillis, bounds, forwardAuth, warmUpMillisMax, newTls);
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
