package io.sluice.streams.admission;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.state.DebtStatus;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import org.jspecify.annotations.Nullable;

/** The reason of an answer as text for people. */
final class ReasonText {
    private ReasonText() {}

    /** Explains the reason, and what would help. */
    static String of(Outcome outcome, @Nullable LimitOutcome deciding, long maxWaitMillis) {
        switch (outcome.reason()) {
            case WITHIN_LIMITS:
                return outcome.delayMillis() == 0
                        ? "every limit that applies has enough tokens"
                        : "every limit that applies has enough tokens; its tokens are there in " + outcome.delayMillis()
                                + " ms";
            case WITHIN_GRACE:
                return grace(outcome);
            case THROTTLED:
                return "charged in advance; its tokens are there in " + outcome.delayMillis() + " ms";
            case TAGGED:
                return "let through uncharged by exceeded limits: " + String.join(", ", outcome.tags());
            case CHARGED:
                return "what was used is charged to every limit that applies";
            case CHARGED_IN_PART:
                return inPart(outcome);
            case REFUNDED:
                return -outcome.charged() + " tokens given back at most, of " + outcome.cost()
                        + "; no limit gets more than it lacks, or without refunds: true";
            case NO_LIMIT_APPLIES:
                return "no limit of the ruleset applies";
            case ALLOW_LISTED:
            case DENY_LISTED:
                return listing(outcome.listed());
            case NO_RULESET:
                return "no ruleset is in force yet, so nothing is limited";
            case TOO_MANY_RESERVATIONS:
                return "the account has as many open reservations or admissions in flight as it can have; the next one"
                        + " ends in " + outcome.retryAfterMillis() + " ms";
            case NOT_LEASABLE:
                return "only the ledger answers such requests: a limit is exact, has each recorded, counts what is in"
                        + " flight, or queues";
            case PENALTY:
                return penalty(outcome.penalty(), outcome.retryAfterMillis());
            case LIMIT_EXCEEDED:
            case COST_ABOVE_CAPACITY:
            case CHALLENGED:
                return deciding == null ? "" : refusal(outcome, deciding, maxWaitMillis);
            default:
                throw new AssertionError(outcome.reason());
        }
    }

    /** Names the limit that has the least left of its grace. */
    private static String grace(Outcome outcome) {
        LimitOutcome closest = null;
        DebtStatus least = null;
        for (LimitOutcome limit : outcome.limits()) {
            DebtStatus debt = limit.enforced() ? limit.debt() : null;
            if (debt != null
                    && debt.grace() > 0
                    && debt.tokens() > 0
                    && (least == null || debt.graceRemaining() < least.graceRemaining())) {
                closest = limit;
                least = debt;
            }
        }
        DebtStatus debt = least;
        return closest == null || debt == null
                ? ""
                : "limit " + closest.limitId() + " is exceeded by " + debt.tokens() + " tokens, within its grace of "
                        + debt.grace();
    }

    /** Names the limit that was charged the least. */
    private static String inPart(Outcome outcome) {
        for (LimitOutcome limit : outcome.limits()) {
            MeteredCharge charge = limit.enforced() ? limit.metered() : null;
            if (charge != null && charge.uncharged() == outcome.uncharged()) {
                return "limit " + limit.limitId() + " was charged " + charge.charged() + " of " + charge.cost()
                        + " tokens; its bucket is as far below empty as it may be";
            }
        }
        return "";
    }

    private static String penalty(@Nullable PenaltyMatch penalty, long retryAfterMillis) {
        if (penalty == null) {
            return "";
        }
        String who = penalty.clientId().isEmpty() ? "the account" : "client " + penalty.clientId();
        return "penalty " + penalty.ruleId() + " is in force for " + who + ", rung " + penalty.rung() + " of "
                + penalty.rungs() + " (" + penalty.action().code() + "); it ends in " + retryAfterMillis + " ms";
    }

    private static String listing(@Nullable ListMatch listed) {
        if (listed == null) {
            return "";
        }
        return "on list " + listed.listId() + (listed.reason().isEmpty() ? "" : ": " + listed.reason());
    }

    private static String refusal(Outcome outcome, LimitOutcome deciding, long maxWaitMillis) {
        String limit = "limit " + deciding.limitId();
        MeteredCharge metered = deciding.metered();
        long cost = metered == null ? outcome.cost() : metered.cost();
        if (deciding.retryAfterMillis() == Algorithm.NEVER) {
            return cost > deciding.capacity()
                    ? "cost " + cost + " is above the capacity of " + limit + ", " + deciding.capacity()
                            + " tokens; waiting does not help"
                    : "cost " + cost + " is above what " + limit + " leaves to this priority of its "
                            + deciding.capacity() + " tokens; waiting does not help";
        }
        String has = limit + " has " + deciding.remaining() + " of " + deciding.capacity() + " tokens left, " + cost
                + " asked for";
        if (deciding.delayMillis() > 0) {
            return has + "; its tokens are there in " + deciding.delayMillis() + " ms, soon enough in "
                    + deciding.retryAfterMillis() + " ms";
        }
        String kept = cost <= deciding.remaining() ? ", the rest is kept for higher priorities" : "";
        String unqueued = maxWaitMillis > 0 ? ", it does not take in advance" : "";
        return has + kept + unqueued + "; enough in " + deciding.retryAfterMillis() + " ms";
    }
}
