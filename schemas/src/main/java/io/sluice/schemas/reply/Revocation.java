package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * A notice to every front end that leases and denials from before a change of rules or of an account are void.
 *
 * @param partition the request partition in which they changed
 * @param offset of the change in its log: leases and denials decided before it are void, those decided later stand
 * @param account the account that changed; null for all of the partition
 */
public record Revocation(
        int partition, long offset, @Nullable String account) implements Reply {
    /** Stands in the place of a correlation ID; no correlation ID has this form. */
    public static final String CORRELATION_ID = "revocation";

    @Override
    public String correlationId() {
        return CORRELATION_ID;
    }
}
