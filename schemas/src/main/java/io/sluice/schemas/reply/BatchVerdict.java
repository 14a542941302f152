package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The verdict on a batch, for the caller.
 *
 * @param correlationId the caller's own name for the request
 * @param decisionId {@code partition-offset} of the batch in the log
 * @param requestId echoed from the batch
 * @param refusedCheck the first check that was refused, counted from 0; null if all are allowed
 * @param details one answer for all checks: if they are allowed, every limit as the last check left it; if not, every
 *     limit as it was found, marked where it would refuse all of them together
 */
public record BatchVerdict(
        String correlationId,
        String decisionId,
        @Nullable String requestId,
        @Nullable Integer refusedCheck,
        VerdictDetails details)
        implements Reply {}
