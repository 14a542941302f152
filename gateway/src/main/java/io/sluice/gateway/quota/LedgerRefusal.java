package io.sluice.gateway.quota;

import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.Set;

/** The next step of a bucket after the ledger has granted nothing. */
sealed interface LedgerRefusal {
    String LIMIT_EXCEEDED = "limit-exceeded";
    String NOT_LEASABLE = "not-leasable";
    /** The reasons for a denial because of the cost. */
    Set<String> TOO_MUCH = Set.of(LIMIT_EXCEEDED, "cost-above-capacity", "challenged");

    /** The client has no tokens now; ask again after this time, 0 if it is unknown. */
    record Denied(long waitMillis) implements LedgerRefusal {}

    /** The ledger lends nothing, but may allow an ordinary admission of at most this cost. */
    record AskAdmission(long costMax) implements LedgerRefusal {}

    /** Reads the refusal of a lease. */
    static LedgerRefusal ofLease(VerdictDetails details) {
        String reason = details.reasonCode();
        if (!reason.equals(LIMIT_EXCEEDED) && !reason.equals(NOT_LEASABLE)) {
            return new Denied(0);
        }
        long remaining = remaining(details);
        return remaining == 0 ? new Denied(waitMillis(details)) : new AskAdmission(remaining);
    }

    /**
     * Reads the denial of an admission. Limits may want more than the cost: while a signal or a penalty scales it, or
     * where tokens are kept for other priorities. So half of it may be allowed even if as much as it is left, or if
     * waiting for all of it would not help.
     *
     * @param cost what was asked for: the same again would be denied again, and what is asked instead is always less
     */
    static LedgerRefusal ofAdmission(VerdictDetails details, long cost) {
        long remaining = remaining(details);
        if (cost <= 1 || remaining == 0 || !TOO_MUCH.contains(details.reasonCode())) {
            return new Denied(waitMillis(details));
        }
        return new AskAdmission(remaining < cost ? remaining : cost / 2);
    }

    /** What the limits that may refuse have left together, with their grace; the most there is if there are none. */
    private static long remaining(VerdictDetails details) {
        long remaining = Long.MAX_VALUE;
        for (LimitStatus limit : details.limits()) {
            if (limit.enforced()) {
                remaining = Math.min(remaining, left(limit));
            }
        }
        return remaining;
    }

    private static long left(LimitStatus limit) {
        return limit.remaining() + (limit.graceRemaining() == null ? 0 : limit.graceRemaining());
    }

    /** How long until the limits that are used up have one token more. */
    private static long waitMillis(VerdictDetails details) {
        long millis = 0;
        for (LimitStatus limit : details.limits()) {
            if (limit.enforced() && left(limit) == 0) {
                millis = Math.max(millis, limit.nextTokenMillis());
            }
        }
        return millis;
    }
}
