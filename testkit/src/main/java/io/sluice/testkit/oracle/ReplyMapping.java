package io.sluice.testkit.oracle;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.DebtStatus;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An answer as far as the oracle compares it: everything but the reason in words. */
final class ReplyMapping {
    /** The most limits that an answer lists; the deciding one is always among them. */
    private static final int LIMITS_LISTED_MAX = 64;

    private static final Set<Reason> CHARGED = Set.of(Reason.CHARGED, Reason.CHARGED_IN_PART);

    private ReplyMapping() {}

    static VerdictDetails expected(ExpectedOutcome expected, Outcome outcome) {
        return expected(expected.decisionId(), expected.replayed(), outcome);
    }

    static VerdictDetails expected(String decisionId, boolean replayed, Outcome outcome) {
        LimitOutcome deciding = outcome.deciding();
        return VerdictDetails.of(outcome.allowed() ? VerdictCode.ALLOW : VerdictCode.DENY)
                .reasonCode(outcome.reason().code())
                .decidedAtMillis(outcome.decidedAtMillis())
                .rulesetRevision(outcome.revision())
                .tier(outcome.tier())
                .replayed(replayed)
                .retryAfterMillis(waitOrNull(outcome.retryAfterMillis()))
                .delayMillis(outcome.delayMillis())
                .decidingLimit(deciding == null ? null : status(deciding))
                .limits(listed(outcome.limits(), deciding))
                .held(held(decisionId, outcome.holdGrant()))
                .listId(outcome.listed() == null ? null : outcome.listed().listId())
                .action(action(outcome))
                .tags(tags(outcome))
                .uncharged(uncharged(outcome))
                .penalty(penalty(outcome, decisionId.substring(0, decisionId.indexOf('-'))))
                .build();
    }

    static VerdictDetails actual(VerdictDetails details) {
        return details.toBuilder().reason("").routeTemplate(null).build();
    }

    /** From the action of each limit, not from the reason. */
    private static @Nullable ExceedAction action(Outcome outcome) {
        List<LimitOutcome> enforced =
                outcome.limits().stream().filter(LimitOutcome::enforced).toList();
        PenaltyMatch penalty = outcome.penalty();
        if (penalty != null && penalty.enforced() && penalty.action() != PenaltyAction.SCALE) {
            return penalty.action() == PenaltyAction.CHALLENGE ? ExceedAction.CHALLENGE : null;
        }
        if (!outcome.allowed()) {
            boolean denied = enforced.stream().anyMatch(limit -> limit.refused() && limit.action() == OnExceed.DENY);
            boolean challenged =
                    enforced.stream().anyMatch(limit -> limit.refused() && limit.action() == OnExceed.CHALLENGE);
            return challenged && !denied ? ExceedAction.CHALLENGE : null;
        }
        if (enforced.stream().anyMatch(limit -> !limit.refused() && limit.action() == OnExceed.THROTTLE)) {
            return ExceedAction.THROTTLE;
        }
        return tags(outcome).isEmpty() ? null : ExceedAction.TAG;
    }

    private static @Nullable Penalty penalty(Outcome outcome, String partition) {
        PenaltyMatch match = outcome.penalty();
        if (match == null) {
            return null;
        }
        String client = match.clientId().isEmpty() ? null : match.clientId();
        String action = match.action().name().toLowerCase(Locale.ROOT);
        return new Penalty(
                match.ruleId(),
                client,
                match.enforced(),
                match.rung(),
                match.rungs(),
                action,
                match.untilMillis(),
                partition + "-" + match.begunAtOffset());
    }

    private static List<String> tags(Outcome outcome) {
        return outcome.limits().stream()
                .filter(limit -> outcome.allowed() && limit.enforced() && limit.refused())
                .map(LimitOutcome::limitId)
                .toList();
    }

    /** From what each limit was charged, not from the reason. */
    private static long uncharged(Outcome outcome) {
        long most = 0;
        for (LimitOutcome limit : outcome.limits()) {
            MeteredCharge metered = limit.metered();
            if (metered != null && limit.enforced() && CHARGED.contains(outcome.reason())) {
                most = Math.max(most, metered.cost() - metered.charged());
            }
        }
        return most;
    }

    /** Also a repeated answer names what the first decision holds. */
    private static HoldNames held(String decisionId, HoldGrant holdGrant) {
        String id = decisionId.split("-", -1)[0] + "-" + holdGrant.offset();
        return new HoldNames(
                holdGrant.reservedUntilMillis() > 0 ? id : null,
                holdGrant.reservedUntilMillis(),
                holdGrant.slotsUntilMillis() > 0 ? id : null);
    }

    static List<LimitStatus> listed(List<LimitOutcome> limits, @Nullable LimitOutcome deciding) {
        List<LimitStatus> listed = new ArrayList<>();
        boolean decidingListed = false;
        for (LimitOutcome limit : limits.subList(0, Math.min(LIMITS_LISTED_MAX, limits.size()))) {
            listed.add(status(limit));
            decidingListed |= limit.equals(deciding);
        }
        if (deciding != null && !decidingListed) {
            listed.set(LIMITS_LISTED_MAX - 1, status(deciding));
        }
        return listed;
    }

    private static LimitStatus status(LimitOutcome limit) {
        MeteredCharge metered = limit.metered();
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
                .action(ExceedAction.of(limit.action().code()))
                .cost(metered == null ? null : metered.cost())
                .charged(metered == null ? null : metered.charged())
                .creditRemaining(limit.credit() == null ? null : limit.credit().remaining())
                .creditCharged(limit.credit() == null ? null : limit.credit().charged())
                .debt(positive(debt == null ? 0 : debt.tokens()))
                .graceRemaining(debt == null || debt.grace() == 0 ? null : Math.max(0, debt.grace() - debt.tokens()))
                .build();
    }

    private static @Nullable Long positive(long tokens) {
        return tokens == 0 ? null : tokens;
    }

    private static @Nullable Long waitOrNull(long millis) {
        return millis == Algorithm.NEVER ? null : millis;
    }
}
