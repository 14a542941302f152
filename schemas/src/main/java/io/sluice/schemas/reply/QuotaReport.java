package io.sluice.schemas.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a quota query: every bucket of a client at one moment of its partition.
 *
 * @param limits as in a verdict; {@code retryAfterMillis} is 0, since the query has no cost
 * @param error why there are no limits, if the query broke the contract
 */
public record QuotaReport(
        String correlationId,
        String clientId,
        String tier,
        long decidedAtMillis,
        long rulesetRevision,
        List<LimitStatus> limits,
        @Nullable WireError error)
        implements Reply {

    public QuotaReport {
        limits = List.copyOf(limits);
    }

    public static QuotaReport error(String correlationId, WireError error) {
        return new QuotaReport(correlationId, "", "", 0, 0, List.of(), error);
    }
}
