package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/**
 * The address for a reply: a partition of the reply topic, and the caller's own name for the request.
 *
 * <p>Only the processor knows the number of partitions, so it checks that the partition exists.
 */
public record ReplyAddress(int partition, String correlationId) {
    public static final int CORRELATION_ID_CHARS_MAX = 128;

    /** A checked address. */
    public static ReplyAddress checked(long partition, String correlationId) throws WireException {
        if (partition < 0 || partition > Integer.MAX_VALUE) {
            throw new WireException("reply.partition", partition + " (expected: a partition of the reply topic)");
        }
        Texts.check("reply.correlationId", correlationId, 1, CORRELATION_ID_CHARS_MAX);
        return new ReplyAddress((int) partition, correlationId);
    }
}
