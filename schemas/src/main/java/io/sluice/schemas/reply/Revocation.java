package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * "Earlier decisions are void", for every front end: rules or an account have changed.
 *
 * @param partition the request partition in which they changed
 * @param offset of the change in its log: leases and denials decided before it are void, those decided later stand
 * @param account the account that changed; null for all of the partition
 */
public record Revocation(
        int partition, long offset, @Nullable String account) implements Reply {
    /** It stands in place of a correlation ID, and no correlation ID looks like it. */
    public static final String CORRELATION_ID = "revocation";

    @Override
    public String correlationId() {
        return CORRELATION_ID;
    }
}
