package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a commit, a cancel or a release. Exactly one of {@code settlement} and {@code error} is there.
 *
 * @param correlationId the caller's own name for the request
 * @param decisionId {@code partition-offset} of the request that is answered
 */
public record SettlementReply(
        String correlationId,
        String decisionId,
        @Nullable Settlement settlement,
        @Nullable WireError error) implements Reply {

    public SettlementReply {
        if ((settlement == null) == (error == null)) {
            throw new IllegalArgumentException("settlement " + decisionId + ": expected either an end or an error");
        }
    }
}
