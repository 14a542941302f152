package io.sluice.engine.ledger;

import io.sluice.engine.signal.HealthSignal;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The explanation of the verdict that an admission would get now.
 *
 * @param outcome the verdict that it would get; nothing was charged for it
 * @param limitsTotal limits of the ruleset, candidates included
 * @param limits those that match, then those that do not, each in the order of the ruleset; some of the latter may be
 *     left out, see {@link Explainer}
 * @param signal the health signal that scales down the limits of the account's tier; null if none does
 * @param scalePerMille what is left of them then
 */
public record LedgerExplanation(
        Outcome outcome,
        int limitsTotal,
        List<LimitExplanation> limits,
        @Nullable HealthSignal signal,
        int scalePerMille) {
    public LedgerExplanation {
        limits = List.copyOf(limits);
    }

    public boolean truncated() {
        return limits.size() < limitsTotal;
    }

    /** One limit of the ruleset, compared with the admission. */
    public sealed interface LimitExplanation {
        String limitId();
    }

    /** A limit that does not apply; {@code mismatch} is the first part of its matcher that does not fit, in words. */
    public record Mismatched(String limitId, String mismatch) implements LimitExplanation {}

    /**
     * A limit that applies.
     *
     * @param scope the value that names its bucket
     * @param capacity the most tokens that the bucket holds, for this account
     * @param enforced whether it may refuse
     * @param enforcement why it may refuse, or may not, in words
     * @param overridden whether the ruleset overrides it for this account
     * @param decides whether the verdict depends on it
     * @param effect the outcome of the limit; null if a list answered in its place
     */
    public record Matched(
            String limitId,
            String scope,
            long capacity,
            boolean enforced,
            String enforcement,
            boolean overridden,
            boolean decides,
            @Nullable Effect effect)
            implements LimitExplanation {}

    /**
     * The outcome of a limit.
     *
     * @param before tokens in the bucket as it is
     * @param after tokens that the admission would leave in it
     * @param retryAfterMillis as {@link LimitOutcome#retryAfterMillis}: other than 0 if it would refuse
     */
    public record Effect(long before, long after, long retryAfterMillis) {}
}
