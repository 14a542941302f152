package io.sluice.schemas.reply;

import io.sluice.schemas.request.LeaseTerms;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one admission request, for the caller.
 *
 * <p>Exactly one of {@code details} and {@code error} is there.
 *
 * @param correlationId the caller's own name for the request
 * @param decisionId {@code partition-offset} of the request in the log: the permanent ID of this decision
 * @param requestId echoed from the request
 * @param lease the lease that comes with the verdict, named by the decision ID; with 0 tokens if the limits lend, but
 * had too few; null if they do not lend, or nobody asked for a lease
 */
public record Verdict(
        String correlationId,
        String decisionId,
        @Nullable String requestId,
        @Nullable VerdictDetails details,
        @Nullable WireError error,
        @Nullable LeaseTerms lease)
        implements Reply {

    public Verdict {
        if ((details == null) == (error == null)) {
            throw new IllegalArgumentException("verdict " + decisionId + ": expected either details or error");
        }
        if (lease != null && lease.tokens() > 0 && (details == null || !details.allowed())) {
            throw new IllegalArgumentException("verdict " + decisionId + ": " + lease + " (expected: if it allows)");
        }
    }

    /** A verdict without a lease. */
    public Verdict(
            String correlationId,
            String decisionId,
            @Nullable String requestId,
            @Nullable VerdictDetails details,
            @Nullable WireError error) {
        this(correlationId, decisionId, requestId, details, error, /* lease= */ null);
    }

    /** The same verdict with a lease beside it. */
    public Verdict lending(@Nullable LeaseTerms terms) {
        return new Verdict(correlationId, decisionId, requestId, details, error, terms);
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
