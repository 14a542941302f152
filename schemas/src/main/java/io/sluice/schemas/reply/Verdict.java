package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one admission request, for the caller.
 *
 * <p>Exactly one of {@code judged} and {@code error} is there.
 *
 * @param correlationId the caller's own name for the question
 * @param decisionId {@code partition-offset} of the request in the log: names this decision for ever
 * @param requestId echoed from the request
 */
public record Verdict(
        String correlationId,
        String decisionId,
        @Nullable String requestId,
        @Nullable Judged judged,
        @Nullable WireError error)
        implements Reply {

    public Verdict {
        if ((judged == null) == (error == null)) {
            throw new IllegalArgumentException("verdict " + decisionId + ": expected either judged or error");
        }
    }

    public static Verdict judged(String correlationId, String decisionId, @Nullable String requestId, Judged judged) {
        return new Verdict(correlationId, decisionId, requestId, judged, null);
    }

    public static Verdict error(String correlationId, String decisionId, WireError error) {
        return new Verdict(correlationId, decisionId, null, null, error);
    }

    public VerdictCode code() {
        return judged == null ? VerdictCode.ERROR : judged.code();
    }
}
