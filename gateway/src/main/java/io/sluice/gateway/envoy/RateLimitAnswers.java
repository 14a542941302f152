package io.sluice.gateway.envoy;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit.Unit;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.gateway.envoy.ChargedHits.Group;
import io.sluice.schemas.reply.LimitStatus;
import java.util.Map;

/** The conversion of a decision into the answer of a rate limit service. */
final class RateLimitAnswers {
    /** Envoy refuses with it unless its configuration names another one. */
    static final int DENIED_STATUS = 429;

    private static final long UINT32_MAX = 0xffff_ffffL;
    private static final long MILLIS_PER_SECOND = 1_000;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final Map<Long, Unit> UNITS = Map.of(
            1_000L, Unit.SECOND,
            60_000L, Unit.MINUTE,
            3_600_000L, Unit.HOUR,
            86_400_000L, Unit.DAY,
            604_800_000L, Unit.WEEK);

    private RateLimitAnswers() {}

    /**
     * The answer.
     *
     * @param hitsCount descriptors of the question; each has a status, in its order
     */
    static RateLimitResponse of(Decided decided, int hitsCount, Ruleset ruleset) {
        DescriptorStatus[] statuses = new DescriptorStatus[hitsCount];
        for (Group group : decided.groups()) {
            for (Hit hit : group.hits()) {
                statuses[hit.index()] = status(ruleset, group, hit);
            }
        }
        RateLimitResponse.Builder answer =
                RateLimitResponse.newBuilder().setOverallCode(decided.allowed() ? Code.OK : Code.OVER_LIMIT);
        for (DescriptorStatus status : statuses) {
            // This descriptor was not charged, since another one was refused first.
            answer.addStatuses(status == null ? undecided() : status);
        }
        EnvoyAnswer told = EnvoyAnswer.of(decided, DENIED_STATUS);
        told.fields()
                .forEach((name, value) -> answer.addResponseHeadersToAdd(
                        HeaderValue.newBuilder().setKey(name).setValue(value)));
        return answer.setRawBody(told.body())
                .setDynamicMetadata(told.metadata())
                .build();
    }

    private static DescriptorStatus undecided() {
        return DescriptorStatus.newBuilder().setCode(Code.OK).build();
    }

    private static DescriptorStatus status(Ruleset ruleset, Group group, Hit hit) {
        LimitStatus limit = LimitsOfHits.of(ruleset, group, hit);
        boolean isOver = !group.allowed()
                && (hit.equals(group.refusedHit()) || (limit != null && limit.enforced() && limit.refused()));
        DescriptorStatus.Builder status = DescriptorStatus.newBuilder().setCode(isOver ? Code.OVER_LIMIT : Code.OK);
        if (limit != null) {
            status.setCurrentLimit(currentLimit(limit))
                    .setLimitRemaining((int) Math.min(Math.max(0, limit.remaining()), UINT32_MAX))
                    .setDurationUntilReset(duration(untilReset(limit, isOver)));
        }
        return status.build();
    }

    /** For a refused caller, this is the time until it may retry. */
    private static long untilReset(LimitStatus limit, boolean isOver) {
        Long retryAfterMillis = limit.retryAfterMillis();
        return isOver && retryAfterMillis != null && retryAfterMillis > 0 ? retryAfterMillis : limit.resetAfterMillis();
    }

    private static RateLimit currentLimit(LimitStatus limit) {
        return RateLimit.newBuilder()
                .setName(limit.id())
                .setRequestsPerUnit((int) Math.min(limit.limit(), UINT32_MAX))
                // A window that is none of Envoy's units has none.
                .setUnit(unit(limit.windowMillis()))
                .build();
    }

    private static Unit unit(long windowMillis) {
        Unit unit = UNITS.get(windowMillis);
        return unit == null ? Unit.UNKNOWN : unit;
    }

    private static Duration duration(long millis) {
        return Duration.newBuilder()
                .setSeconds(millis / MILLIS_PER_SECOND)
                .setNanos((int) (millis % MILLIS_PER_SECOND) * NANOS_PER_MILLI)
                .build();
    }
}
