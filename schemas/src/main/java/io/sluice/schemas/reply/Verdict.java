package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one admission request, for the caller.
 *
 * <p>Exactly one of {@code details} and {@code error} is there.
 *
 * @param correlationId the caller's own name for the request
 * @param decisionId {@code partition-offset} of the request in the log: the permanent ID of this decision
 * @param requestId echoed from the request
 */
public record Verdict(
        String correlationId,
        String decisionId,
        @Nullable String requestId,
        @Nullable VerdictDetails details,
        @Nullable WireError error)
        implements Reply {

    public Verdict {
        if ((details == null) == (error == null)) {
            throw new IllegalArgumentException("verdict " + decisionId + ": expected either details or error");
        }
    }

    public static Verdict details(
            String correlationId, String decisionId, @Nullable String requestId, VerdictDetails details) {
        return new Verdict(correlationId, decisionId, requestId, details, null);
    }

    public static Verdict error(String correlationId, String decisionId, WireError error) {
        return new Verdict(correlationId, decisionId, null, null, error);
    }

    public VerdictCode code() {
        return details == null ? VerdictCode.ERROR : details.code();
    }
}
