package io.sluice.streams.admission;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.CreditStatus;
import io.sluice.engine.state.DebtStatus;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps between the wire's types and the engine's; total functions in both directions. */
final class EngineMapping {
    /** The most limits that one answer lists; the deciding one is always among them. */
    static final int LIMITS_LISTED_MAX = 64;
    /** The most buckets that one quota report lists. */
    static final int QUOTA_LISTED_MAX = 1_000;

    private EngineMapping() {}

    static Admission admission(AdmissionRequest request) {
        Route route = request.route();
        return new Admission(
                request.clientId().text(),
                request.clientId().account(),
                request.cost(),
                route.method().toUpperCase(Locale.ROOT),
                RoutePath.of(route.path()),
                route.host(),
                request.attributes(),
                request.reserveMillis(),
                request.maxWaitMillis(),
                priority(request),
                mode(request));
    }

    private static ChargeMode mode(AdmissionRequest request) {
        return switch (request.mode()) {
            case CHECK -> ChargeMode.CHECK;
            case CHARGE -> ChargeMode.CHARGE;
            case REFUND -> ChargeMode.REFUND;
        };
    }

    private static PriorityLevel priority(AdmissionRequest request) {
        return switch (request.priority()) {
            case LOW -> PriorityLevel.LOW;
            case NORMAL -> PriorityLevel.NORMAL;
            case HIGH -> PriorityLevel.HIGH;
            case CRITICAL -> PriorityLevel.CRITICAL;
        };
    }

    static Admission peek(ClientId clientId) {
        return new Admission(clientId.text(), clientId.account(), 0, "", RoutePath.ROOT, "", Map.of());
    }

    /** The answer to an admission. */
    static VerdictDetails details(Outcome outcome, boolean replayed, int partition, AdmissionRequest request) {
        return details(outcome, replayed, partition, request.maxWaitMillis());
    }

    /** The answer to a request that cannot wait. */
    static VerdictDetails details(Outcome outcome, boolean replayed, int partition) {
        return details(outcome, replayed, partition, /* maxWaitMillis= */ 0);
    }

    private static VerdictDetails details(Outcome outcome, boolean replayed, int partition, long maxWaitMillis) {
        LimitOutcome deciding = outcome.deciding();
        return VerdictDetails.of(outcome.allowed() ? VerdictCode.ALLOW : VerdictCode.DENY)
                .reasonCode(outcome.reason().code())
                .reason(ReasonText.of(outcome, deciding, maxWaitMillis))
                .decidedAtMillis(outcome.decidedAtMillis())
                .rulesetRevision(outcome.revision())
                .tier(outcome.tier())
                .decidingLimit(deciding == null ? null : status(deciding))
                .retryAfterMillis(waitOrNull(outcome.retryAfterMillis()))
                .delayMillis(outcome.delayMillis())
                .replayed(replayed)
                .limits(listed(outcome.limits(), deciding))
                .held(held(outcome.holdGrant(), partition))
                .listId(outcome.listed() == null ? null : outcome.listed().listId())
                .action(action(outcome))
                .tags(outcome.tags())
                .uncharged(outcome.uncharged())
                .penalty(penalty(outcome.penalty(), partition))
                .build();
    }

    private static @Nullable ExceedAction action(Outcome outcome) {
        return switch (outcome.reason()) {
            case THROTTLED -> ExceedAction.THROTTLE;
            case TAGGED -> ExceedAction.TAG;
            case CHALLENGED -> ExceedAction.CHALLENGE;
            case PENALTY -> challenge(outcome.penalty());
            default -> null;
        };
    }

    private static @Nullable ExceedAction challenge(@Nullable PenaltyMatch penalty) {
        return penalty != null && penalty.action() == PenaltyAction.CHALLENGE ? ExceedAction.CHALLENGE : null;
    }

    private static @Nullable Penalty penalty(@Nullable PenaltyMatch match, int partition) {
        return match == null
                ? null
                : new Penalty(
                        match.ruleId(),
                        match.clientId().isEmpty() ? null : match.clientId(),
                        match.enforced(),
                        match.rung(),
                        match.rungs(),
                        match.action().code(),
                        match.untilMillis(),
                        new DecisionId(partition, match.begunAtOffset()).text());
    }

    private static HoldNames held(HoldGrant holdGrant, int partition) {
        if (holdGrant.equals(HoldGrant.NONE)) {
            return HoldNames.NOTHING;
        }
        String id = new DecisionId(partition, holdGrant.offset()).text();
        return new HoldNames(
                holdGrant.hasReservation() ? id : null,
                holdGrant.reservedUntilMillis(),
                holdGrant.hasSlots() ? id : null);
    }

    static Settlement settlement(int partition, HoldSettlement settlement, boolean replayed) {
        return new Settlement(
                outcome(settlement.outcome()),
                clientId(settlement),
                idOf(partition, settlement),
                settlement.key().kind() == HoldKind.SLOTS,
                settlement.reserved(),
                settlement.cost(),
                settlement.uncharged(),
                settlement.atMillis(),
                settlement.revision(),
                replayed,
                listed(settlement.limits(), null));
    }

    /** The end of a lease that no front end reported on: all of it counts as spent. */
    static LeaseReportRecord expiredLease(int partition, HoldSettlement settlement) {
        return new LeaseReportRecord(
                null,
                LeaseReportRecord.Outcome.EXPIRED,
                clientId(settlement),
                idOf(partition, settlement),
                settlement.reserved(),
                settlement.cost(),
                /* charged= */ 0,
                settlement.atMillis(),
                settlement.revision(),
                null);
    }

    /** The ID of a hold is that of the decision that opened it. */
    private static String idOf(int partition, HoldSettlement settlement) {
        return new DecisionId(partition, settlement.key().offset()).text();
    }

    private static ClientId clientId(HoldSettlement settlement) {
        return new ClientId(settlement.clientId(), settlement.key().account());
    }

    private static Settlement.Outcome outcome(HoldOutcome outcome) {
        return switch (outcome) {
            case COMMITTED -> Settlement.Outcome.COMMITTED;
            case CANCELLED -> Settlement.Outcome.CANCELLED;
            case RELEASED -> Settlement.Outcome.RELEASED;
            case EXPIRED -> Settlement.Outcome.EXPIRED;
            case RETURNED -> throw new IllegalArgumentException("outcome: returned (expected: not of a lease)");
        };
    }

    private static List<LimitStatus> listed(List<LimitOutcome> limits, @Nullable LimitOutcome deciding) {
        if (limits.size() <= LIMITS_LISTED_MAX) {
            return statuses(limits);
        }
        List<LimitOutcome> shortened = new ArrayList<>(limits.subList(0, LIMITS_LISTED_MAX));
        if (deciding != null && !shortened.contains(deciding)) {
            shortened.set(LIMITS_LISTED_MAX - 1, deciding);
        }
        return statuses(shortened);
    }

    static List<LimitStatus> statuses(List<LimitOutcome> limits) {
        List<LimitStatus> statuses = new ArrayList<>(limits.size());
        for (LimitOutcome limit : limits.subList(0, Math.min(limits.size(), QUOTA_LISTED_MAX))) {
            statuses.add(status(limit));
        }
        return statuses;
    }

    private static LimitStatus status(LimitOutcome limit) {
        MeteredCharge metered = limit.metered();
        CreditStatus credit = limit.credit();
        DebtStatus debt = limit.debt();
        return LimitStatus.of(limit.limitId(), Scope.display(limit.scope()))
                .limit(limit.capacity())
                .remaining(limit.remaining())
                .windowMillis(limit.windowMillis())
                .resetAfterMillis(limit.resetAfterMillis())
                .nextTokenMillis(limit.nextTokenMillis())
                .retryAfterMillis(waitOrNull(limit.retryAfterMillis()))
                .delayMillis(limit.delayMillis())
                .enforced(limit.enforced())
                .action(action(limit.action()))
                .cost(metered == null ? null : metered.cost())
                .charged(metered == null ? null : metered.charged())
                .creditRemaining(credit == null ? null : credit.remaining())
                .creditCharged(credit == null ? null : credit.charged())
                .debt(debt == null || debt.tokens() == 0 ? null : debt.tokens())
                .graceRemaining(debt == null || debt.grace() == 0 ? null : debt.graceRemaining())
                .build();
    }

    private static @Nullable ExceedAction action(OnExceed action) {
        return switch (action) {
            case DENY -> null;
            case CHALLENGE -> ExceedAction.CHALLENGE;
            case THROTTLE -> ExceedAction.THROTTLE;
            case TAG -> ExceedAction.TAG;
        };
    }

    private static @Nullable Long waitOrNull(long millis) {
        return millis == Algorithm.NEVER ? null : millis;
    }
}
