package io.sluice.cli;

import io.sluice.api.RequestApiConfig;
import picocli.CommandLine.Option;

/** The options that bound the memory, connections and slowness of a front end's HTTP callers. */
public final class HttpOptions {
    @Option(
            names = "--bodies-bytes-max",
            paramLabel = "BYTES",
            defaultValue = "${env:SLUICE_BODIES_BYTES_MAX:-67108864}",
            description = "Memory for the bodies of all open requests together, in bytes (or $SLUICE_BODIES_BYTES_MAX;"
                    + " default: 67108864).")
    private long bodiesBytesMax;

    @Option(
            names = "--body-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_BODY_MILLIS_MAX:-10000}",
            description = "How long a body may take to arrive (or $SLUICE_BODY_MILLIS_MAX; default: 10000).")
    private long bodyMillisMax;

    @Option(
            names = "--head-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_HEAD_MILLIS_MAX:-10000}",
            description = "How long the head of a request may take to arrive (or $SLUICE_HEAD_MILLIS_MAX;"
                    + " default: 10000).")
    private long headMillisMax;

    @Option(
            names = "--answer-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_ANSWER_MILLIS_MAX:-30000}",
            description = "How long a caller may take to read its answer (or $SLUICE_ANSWER_MILLIS_MAX;"
                    + " default: 30000).")
    private long answerMillisMax;

    @Option(
            names = "--idle-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_IDLE_MILLIS_MAX:-60000}",
            description = "How long a connection may be silent (or $SLUICE_IDLE_MILLIS_MAX; default: 60000).")
    private long idleMillisMax;

    @Option(
            names = "--connections-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_CONNECTIONS_MAX:-20000}",
            description = "Open connections of each port (or $SLUICE_CONNECTIONS_MAX; default: 20000).")
    private int connectionsMax;

    @Option(
            names = "--warm-up-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_WARM_UP_MILLIS_MAX:-5000}",
            description = "How long the server may warm up by calling itself before it is ready; 0 for no warm-up (or "
                    + "$SLUICE_WARM_UP_MILLIS_MAX; default: 5000).")
    private long warmUpMillisMax;

    /**
     * The chosen time for a warm-up.
     *
     * @throws CommandFailure if it is out of its bounds
     */
    public long warmUpMillisMax() throws CommandFailure {
        try {
            return RequestApiConfig.standard("127.0.0.1", 0, 0)
                    .withWarmUp(warmUpMillisMax)
                    .warmUpMillisMax();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("http: " + e.getMessage(), e);
        }
    }

    /**
     * The chosen bounds.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public RequestApiConfig.Bounds read() throws CommandFailure {
        try {
            return RequestApiConfig.Bounds.standard()
                    .withBodiesBytesMax(bodiesBytesMax)
                    .withConnectionsMax(connectionsMax)
                    .with(new RequestApiConfig.Patience(idleMillisMax, headMillisMax, bodyMillisMax, answerMillisMax));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("http: " + e.getMessage(), e);
        }
    }
}
