package io.sluice.api;

import io.sluice.schemas.codec.AdmissionBody;

/**
 * What the request API is started with.
 *
 * @param host the address that both ports listen on
 * @param dataPort port for admissions; 0 for a free one
 * @param adminPort port for operations; 0 for a free one
 * @param deadlineMillis how long a caller waits for its verdict unless it says otherwise
 * @param bounds what the server holds callers to
 */
public record RequestApiConfig(String host, int dataPort, int adminPort, long deadlineMillis, Bounds bounds) {
    public static final long DEADLINE_MILLIS = 1_000;

    public RequestApiConfig {
        within("dataPort", dataPort, 0, 65_535);
        within("adminPort", adminPort, 0, 65_535);
        within("deadlineMillis", deadlineMillis, 1, AdmissionBody.DEADLINE_MILLIS_MAX);
    }

    /**
     * Bounds of one server.
     *
     * @param threadsMax threads that read requests; none of them waits for a verdict
     * @param headerBytesMax request line and header fields together
     * @param bodyBytesMax body of one admission
     * @param batchBytesMax body of a batch
     * @param acceptsMax connections that may wait to be accepted; beyond it the kernel drops them, and callers see
     *     stalls or resets
     * @param idleMillisMax how long a connection may be silent
     */
    public record Bounds(
            int threadsMax,
            int headerBytesMax,
            int bodyBytesMax,
            int batchBytesMax,
            int acceptsMax,
            long idleMillisMax) {
        public Bounds {
            // Jetty itself needs a handful for its acceptor and selectors.
            within("threadsMax", threadsMax, 8, 10_000);
            within("headerBytesMax", headerBytesMax, 1_024, 1 << 20);
            within("bodyBytesMax", bodyBytesMax, 256, 1 << 26);
            within("batchBytesMax", batchBytesMax, 256, 1 << 26);
            within("acceptsMax", acceptsMax, 1, 65_535);
            within("idleMillisMax", idleMillisMax, 1, 3_600_000);
        }

        public static Bounds standard() {
            return new Bounds(32, 8 << 10, 64 << 10, 1 << 20, 4_096, 60_000);
        }
    }

    public static RequestApiConfig standard(String host, int dataPort, int adminPort) {
        return new RequestApiConfig(host, dataPort, adminPort, DEADLINE_MILLIS, Bounds.standard());
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
