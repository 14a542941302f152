package io.sluice.streams.admission;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ledger.HoldKind;
import io.sluice.engine.ledger.HoldOutcome;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.ledger.Holding;
import io.sluice.engine.ledger.LimitOutcome;
import io.sluice.engine.ledger.Outcome;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Priority;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Scope;
import io.sluice.schemas.reply.Action;
import io.sluice.schemas.reply.DecisionId;
import io.sluice.schemas.reply.Held;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.TallyRecord;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between the wire's terms and the engine's; total functions in both directions. */
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
                priority(request));
    }

    private static Priority priority(AdmissionRequest request) {
        return switch (request.priority()) {
            case LOW -> Priority.LOW;
            case NORMAL -> Priority.NORMAL;
            case HIGH -> Priority.HIGH;
            case CRITICAL -> Priority.CRITICAL;
        };
    }

    static Admission look(ClientId clientId) {
        return new Admission(clientId.text(), clientId.account(), 0, "", RoutePath.ROOT, "", Map.of());
    }

    /** The answer to an admission. */
    static Judged judged(Outcome outcome, boolean replayed, int partition, AdmissionRequest request) {
        return judged(outcome, replayed, partition, request.maxWaitMillis());
    }

    /** The answer to what cannot wait. */
    static Judged judged(Outcome outcome, boolean replayed, int partition) {
        return judged(outcome, replayed, partition, /* maxWaitMillis= */ 0);
    }

    private static Judged judged(Outcome outcome, boolean replayed, int partition, long maxWaitMillis) {
        LimitOutcome deciding = outcome.deciding();
        return Judged.of(outcome.allowed() ? VerdictCode.ALLOW : VerdictCode.DENY)
                .reasonCode(outcome.reason().code())
                .reason(Words.of(outcome, deciding, maxWaitMillis))
                .decidedAtMillis(outcome.decidedAtMillis())
                .rulesetRevision(outcome.revision())
                .tier(outcome.tier())
                .decidingLimit(deciding == null ? null : status(deciding))
                .retryAfterMillis(waitOrNull(outcome.retryAfterMillis()))
                .delayMillis(outcome.delayMillis())
                .replayed(replayed)
                .limits(listed(outcome.limits(), deciding))
                .held(held(outcome.holding(), partition))
                .listId(outcome.listed() == null ? null : outcome.listed().listId())
                .action(action(outcome))
                .tags(outcome.tags())
                .build();
    }

    private static @Nullable Action action(Outcome outcome) {
        return switch (outcome.reason()) {
            case THROTTLED -> Action.THROTTLE;
            case TAGGED -> Action.TAG;
            case CHALLENGED -> Action.CHALLENGE;
            default -> null;
        };
    }

    private static Held held(Holding holding, int partition) {
        if (holding.equals(Holding.NONE)) {
            return Held.NOTHING;
        }
        String id = new DecisionId(partition, holding.offset()).text();
        return new Held(
                holding.hasReservation() ? id : null, holding.reservedUntilMillis(), holding.hasSlots() ? id : null);
    }

    static Settlement settlement(int partition, HoldSettlement settlement, boolean replayed) {
        return new Settlement(
                outcome(settlement.outcome()),
                clientId(settlement),
                idOf(partition, settlement),
                settlement.key().kind() == HoldKind.SLOTS,
                settlement.reserved(),
                settlement.cost(),
                settlement.atMillis(),
                settlement.revision(),
                replayed,
                listed(settlement.limits(), null));
    }

    /** The end of a lease of which nobody told anything: all of it is spent. */
    static TallyRecord expiredLease(int partition, HoldSettlement settlement) {
        return new TallyRecord(
                null,
                TallyRecord.Outcome.EXPIRED,
                clientId(settlement),
                idOf(partition, settlement),
                settlement.reserved(),
                settlement.cost(),
                /* charged= */ 0,
                settlement.atMillis(),
                settlement.revision(),
                null);
    }

    /** A hold is named by the decision that opened it. */
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
                .build();
    }

    private static @Nullable Action action(OnExceed action) {
        return switch (action) {
            case DENY -> null;
            case CHALLENGE -> Action.CHALLENGE;
            case THROTTLE -> Action.THROTTLE;
            case TAG -> Action.TAG;
        };
    }

    private static @Nullable Long waitOrNull(long millis) {
        return millis == Algorithm.NEVER ? null : millis;
    }
}
