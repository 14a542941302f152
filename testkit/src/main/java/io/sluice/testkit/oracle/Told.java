package io.sluice.testkit.oracle;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.ledger.Holding;
import io.sluice.engine.ledger.LimitOutcome;
import io.sluice.engine.ledger.Outcome;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Scope;
import io.sluice.schemas.reply.Action;
import io.sluice.schemas.reply.Held;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LimitStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer as far as the oracle compares it: everything but the reason in words. */
record Told(
        boolean allowed,
        String reasonCode,
        long decidedAtMillis,
        long revision,
        String tier,
        boolean replayed,
        @Nullable Long retryAfterMillis,
        long delayMillis,
        @Nullable LimitStatus deciding,
        List<LimitStatus> limits,
        Held held,
        @Nullable String listId,
        @Nullable Action action,
        List<String> tags) {
    /** The most limits that an answer lists; the deciding one is always among them. */
    private static final int LIMITS_LISTED_MAX = 64;

    static Told expected(ExpectedOutcome expected, Outcome outcome) {
        return expected(expected.decisionId(), expected.replayed(), outcome);
    }

    static Told expected(String decisionId, boolean replayed, Outcome outcome) {
        LimitOutcome deciding = outcome.deciding();
        return new Told(
                outcome.allowed(),
                outcome.reason().code(),
                outcome.decidedAtMillis(),
                outcome.revision(),
                outcome.tier(),
                replayed,
                waitOrNull(outcome.retryAfterMillis()),
                outcome.delayMillis(),
                deciding == null ? null : status(deciding),
                listed(outcome.limits(), deciding),
                held(decisionId, outcome.holding()),
                outcome.listed() == null ? null : outcome.listed().listId(),
                action(outcome),
                tags(outcome));
    }

    static Told actual(Judged judged) {
        return new Told(
                judged.allowed(),
                judged.reasonCode(),
                judged.decidedAtMillis(),
                judged.rulesetRevision(),
                judged.tier(),
                judged.replayed(),
                judged.retryAfterMillis(),
                judged.delayMillis(),
                judged.decidingLimit(),
                judged.limits(),
                judged.held(),
                judged.listId(),
                judged.action(),
                judged.tags());
    }

    /** From what each limit did, not from the reason. */
    private static @Nullable Action action(Outcome outcome) {
        List<LimitOutcome> enforced =
                outcome.limits().stream().filter(LimitOutcome::enforced).toList();
        if (!outcome.allowed()) {
            boolean denied = enforced.stream().anyMatch(limit -> limit.refused() && limit.action() == OnExceed.DENY);
            boolean challenged =
                    enforced.stream().anyMatch(limit -> limit.refused() && limit.action() == OnExceed.CHALLENGE);
            return challenged && !denied ? Action.CHALLENGE : null;
        }
        if (enforced.stream().anyMatch(limit -> !limit.refused() && limit.action() == OnExceed.THROTTLE)) {
            return Action.THROTTLE;
        }
        return tags(outcome).isEmpty() ? null : Action.TAG;
    }

    private static List<String> tags(Outcome outcome) {
        return outcome.limits().stream()
                .filter(limit -> outcome.allowed() && limit.enforced() && limit.refused())
                .map(LimitOutcome::limitId)
                .toList();
    }

    /** Also a repeated answer names what the first decision holds. */
    private static Held held(String decisionId, Holding holding) {
        String id = decisionId.split("-", -1)[0] + "-" + holding.offset();
        return new Held(
                holding.reservedUntilMillis() > 0 ? id : null,
                holding.reservedUntilMillis(),
                holding.slotsUntilMillis() > 0 ? id : null);
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
        return LimitStatus.of(limit.limitId(), Scope.display(limit.scope()))
                .limit(limit.capacity())
                .remaining(limit.remaining())
                .windowMillis(limit.windowMillis())
                .resetAfterMillis(limit.resetAfterMillis())
                .nextTokenMillis(limit.nextTokenMillis())
                .retryAfterMillis(waitOrNull(limit.retryAfterMillis()))
                .delayMillis(limit.delayMillis())
                .enforced(limit.enforced())
                .action(Action.of(limit.action().code()))
                .build();
    }

    private static @Nullable Long waitOrNull(long millis) {
        return millis == Algorithm.NEVER ? null : millis;
    }
}
