package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * "What you were told before this does not hold any more", to every front end: rules or an account have changed.
 *
 * @param partition the request partition in which they changed
 * @param offset where in its log: leases and denials that were decided before are void, those decided later stand
 * @param account the account that changed; null for all of the partition
 */
public record Revocation(
        int partition, long offset, @Nullable String account) implements Reply {
    /** In place of a correlation ID, which never looks like this. */
    public static final String CORRELATION_ID = "revocation";

    @Override
    public String correlationId() {
        return CORRELATION_ID;
    }
}
