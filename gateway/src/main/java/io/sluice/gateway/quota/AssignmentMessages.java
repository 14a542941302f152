package io.sluice.gateway.quota;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.BucketId;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse.BucketAction;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaUsageReports;
import io.envoyproxy.envoy.type.v3.RateLimitStrategy;
import io.envoyproxy.envoy.type.v3.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The messages of the protocol, as Envoy's filter takes them.
 *
 * <p>Envoy's filter replaces a token bucket by one that is filled as far as the old one was, and keeps it if the
 * numbers are the same. A denial of everything in front of it makes every grant begin full. It counts times in whole
 * seconds; a refill interval below one second would refill without end.
 */
final class AssignmentMessages {
    /** A token bucket must refill; one token in a year is none in any time that an assignment lasts. */
    private static final long REFILL_SECONDS = 365L * 86_400;

    private AssignmentMessages() {}

    static List<BucketUsage> usages(RateLimitQuotaUsageReports reports) {
        List<BucketUsage> usages = new ArrayList<>(reports.getBucketQuotaUsagesCount());
        for (RateLimitQuotaUsageReports.BucketQuotaUsage usage : reports.getBucketQuotaUsagesList()) {
            usages.add(new BucketUsage(
                    usage.getBucketId().getBucketMap(),
                    usage.getNumRequestsAllowed(),
                    usage.getNumRequestsDenied(),
                    usage.getTimeElapsed().getSeconds()));
        }
        return usages;
    }

    static RateLimitQuotaResponse response(List<Assignment> assignments) {
        RateLimitQuotaResponse.Builder response = RateLimitQuotaResponse.newBuilder();
        assignments.forEach(assignment -> add(assignment, response));
        return response.build();
    }

    private static void add(Assignment assignment, RateLimitQuotaResponse.Builder response) {
        BucketId id = id(assignment.bucketId());
        if (assignment instanceof Assignment.Spend spend) {
            response.addBucketAction(assigned(id, denyAll(), spend.seconds()));
            response.addBucketAction(assigned(id, once(spend.tokens()), spend.seconds()));
        } else if (assignment instanceof Assignment.Deny deny) {
            response.addBucketAction(assigned(id, denyAll(), deny.seconds()));
        } else {
            response.addBucketAction(BucketAction.newBuilder()
                    .setBucketId(id)
                    .setAbandonAction(BucketAction.AbandonAction.getDefaultInstance()));
        }
    }

    private static BucketId id(Map<String, String> bucketId) {
        return BucketId.newBuilder().putAllBucket(bucketId).build();
    }

    private static BucketAction assigned(BucketId id, RateLimitStrategy strategy, long seconds) {
        return BucketAction.newBuilder()
                .setBucketId(id)
                .setQuotaAssignmentAction(BucketAction.QuotaAssignmentAction.newBuilder()
                        .setAssignmentTimeToLive(Duration.newBuilder().setSeconds(seconds))
                        .setRateLimitStrategy(strategy))
                .build();
    }

    private static RateLimitStrategy denyAll() {
        return RateLimitStrategy.newBuilder()
                .setBlanketRule(RateLimitStrategy.BlanketRule.DENY_ALL)
                .build();
    }

    /** The number is unsigned in the message. */
    private static RateLimitStrategy once(long tokens) {
        return RateLimitStrategy.newBuilder()
                .setTokenBucket(TokenBucket.newBuilder()
                        .setMaxTokens((int) tokens)
                        .setTokensPerFill(UInt32Value.of(1))
                        .setFillInterval(Duration.newBuilder().setSeconds(REFILL_SECONDS)))
                .build();
    }
}
