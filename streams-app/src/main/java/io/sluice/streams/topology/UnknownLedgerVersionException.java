package io.sluice.streams.topology;

import org.apache.kafka.common.KafkaException;

/**
 * A partition is to be decided as a newer Sluice does. This one cannot, and must not go on as before: it gives up, so
 * that a newer instance takes the partition.
 *
 * <p>It is one of Kafka's exceptions, since those end a stream thread where any other would only be counted.
 */
public final class UnknownLedgerVersionException extends KafkaException {
    private static final long serialVersionUID = 1;

    public UnknownLedgerVersionException(int partition, int version, int newest) {
        super("partition " + partition + ": ledger version " + version + " is in force (expected: 1.." + newest
                + ", which this Sluice knows; run a newer one)");
    }

    /** Whether the failure, or any cause of it, is one. */
    public static boolean isBehind(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof UnknownLedgerVersionException)) {
            cause = cause.getCause() == cause ? null : cause.getCause();
        }
        return cause != null;
    }
}
