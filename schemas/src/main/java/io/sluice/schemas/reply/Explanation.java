package io.sluice.schemas.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an explain query: the verdict that the request would get, and every limit of the ruleset.
 *
 * @param clientId the client of the explained request
 * @param details the verdict, which names the tier, the revision, and the list if one answers
 * @param limitsTotal limits of the ruleset; more than are listed if the list is cut
 * @param limits those that match, then those that do not, each in the order of the ruleset
 * @param brownedOut the health signal that scales the limits of the client's tier down; null for none
 */
public record Explanation(
        String correlationId,
        String clientId,
        VerdictDetails details,
        int limitsTotal,
        List<ExplainedLimit> limits,
        @Nullable BrownedOut brownedOut)
        implements Reply {

    public Explanation {
        limits = List.copyOf(limits);
    }

    /** Without a health signal that changes anything. */
    public Explanation(
            String correlationId,
            String clientId,
            VerdictDetails details,
            int limitsTotal,
            List<ExplainedLimit> limits) {
        this(correlationId, clientId, details, limitsTotal, limits, /* brownedOut= */ null);
    }

    /**
     * A brown-out that a health signal keeps on.
     *
     * @param signal the signal
     * @param sinceMillis since when it has been so without a break
     * @param scalePerMille the share of the limits that is left
     */
    public record BrownedOut(String signal, long sinceMillis, long scalePerMille) {}

    public boolean truncated() {
        return limits.size() < limitsTotal;
    }

    /** The result of one limit for the request. */
    public sealed interface ExplainedLimit {
        /** The limit. */
        String id();
    }

    /**
     * It does not apply; {@code mismatch} says which part of its matcher does not fit, the value and what was
     * expected.
     */
    public record Mismatched(String id, String mismatch) implements ExplainedLimit {}

    /**
     * A limit that applies.
     *
     * @param scope the value that it counts by; empty for the account
     * @param limit the most tokens that its bucket holds, for this account
     * @param enforced whether it may refuse
     * @param enforcement why it may, or may not, as text
     * @param overridden whether the ruleset changes how it counts for this very account
     * @param decides whether the verdict depends on it
     * @param effect its effect; null if a list answers in its place
     */
    public record Matched(
            String id,
            String scope,
            long limit,
            boolean enforced,
            String enforcement,
            boolean overridden,
            boolean decides,
            @Nullable Effect effect)
            implements ExplainedLimit {}

    /**
     * The effect that a limit would have.
     *
     * @param before tokens in its bucket now
     * @param after tokens that the request would leave in it
     * @param retryAfterMillis how long until it lets the same cost through: 0 if now, null if never
     */
    public record Effect(long before, long after, @Nullable Long retryAfterMillis) {}
}
