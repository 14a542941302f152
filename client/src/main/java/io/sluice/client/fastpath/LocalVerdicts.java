package io.sluice.client.fastpath;

import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a verdict of the ledger for requests that are answered without it.
 *
 * <p>Its times run on: what was 5 s from the decision is 4 s from now a second later. Where an allowed request would
 * have to guess, it gets what held when the lease was granted, which is never too hopeful.
 */
final class LocalVerdicts {
    /** Ends the ledger's reason of a denial that time will mend; the milliseconds follow. */
    private static final String ENOUGH_IN = "; enough in ";

    private final VerdictDetails details;
    // Tokens that were debited, and that the details do not show as taken.
    private final long lent;
    private final List<LimitStatus> limits;
    // The index of the limit that decided; -1 for none of those that are listed.
    private final int deciding;
    // The reason up to the wait that it ends with; null for a reason without a wait.
    private final @Nullable String reasonBeforeWait;

    LocalVerdicts(VerdictDetails details) {
        this(details, /* lent= */ 0);
    }

    /** What follows a verdict beside which so many tokens were lent. */
    static LocalVerdicts beside(VerdictDetails details, long lent) {
        return new LocalVerdicts(details, lent);
    }

    private LocalVerdicts(VerdictDetails details, long lent) {
        this.details = details;
        this.lent = lent;
        this.limits = details.limits();
        this.reasonBeforeWait = reasonBeforeWait(details);
        this.deciding = details.decidingLimit() == null ? -1 : limits.indexOf(details.decidingLimit());
    }

    private static @Nullable String reasonBeforeWait(VerdictDetails details) {
        String reason = details.reason();
        String wait = details.retryAfterMillis() + " ms";
        return reason.endsWith(ENOUGH_IN + wait) ? reason.substring(0, reason.length() - wait.length()) : null;
    }

    /**
     * An admission that was paid out of a lease.
     *
     * @param left the tokens left in the lease: debited, but not spent, so they count as remaining
     * @param payable how many of them are there now
     */
    VerdictDetails allowed(long left, long payable) {
        LimitStatus[] now = new LimitStatus[limits.size()];
        for (int i = 0; i < now.length; i++) {
            now[i] = allowed(limits.get(i), left, payable);
        }
        LimitStatus decidingLimit = details.decidingLimit();
        if (decidingLimit != null) {
            decidingLimit = deciding < 0 ? allowed(decidingLimit, left, payable) : now[deciding];
        }
        return details(VerdictCode.ALLOW, details.reasonCode(), details.reason(), decidingLimit, 0L, List.of(now));
    }

    private LimitStatus allowed(LimitStatus limit, long left, long payable) {
        // A limit in shadow keeps the wait that it would have asked for; an enforced one does not refuse.
        Long retryAfterMillis = limit.enforced() ? Long.valueOf(0) : limit.retryAfterMillis();
        return with(
                limit,
                // A limit that has lent tokens before they are there has what has come.
                Math.max(payable, limit.remaining() - lent + left),
                limit.resetAfterMillis(),
                limit.nextTokenMillis(),
                retryAfterMillis);
    }

    /** The denial again, so long after the decision. */
    VerdictDetails denied(long elapsedMillis) {
        List<LimitStatus> now = new ArrayList<>(limits.size());
        limits.forEach(limit -> now.add(later(limit, elapsedMillis)));
        LimitStatus decidingLimit = details.decidingLimit();
        if (decidingLimit != null) {
            decidingLimit = deciding < 0 ? later(decidingLimit, elapsedMillis) : now.get(deciding);
        }
        Long waitMillis = laterWait(details.retryAfterMillis(), elapsedMillis);
        String reason = reasonBeforeWait == null ? details.reason() : reasonBeforeWait + waitMillis + " ms";
        return details(VerdictCode.DENY, details.reasonCode(), reason, decidingLimit, waitMillis, now);
    }

    /**
     * The denial of a caller that waited for a lease, and for whom it had too little.
     *
     * @param shortOf the limit that has too few tokens
     * @param remaining how many it has
     * @param waitMillis how long until it has enough
     */
    VerdictDetails refused(LimitStatus shortOf, long remaining, long cost, long waitMillis) {
        List<LimitStatus> now = new ArrayList<>(limits.size());
        LimitStatus refusing =
                with(shortOf, remaining, shortOf.resetAfterMillis(), shortOf.nextTokenMillis(), waitMillis);
        limits.forEach(limit -> now.add(limit.equals(shortOf) ? refusing : limit));
        String reason = "limit " + shortOf.id() + " has " + remaining + " of " + shortOf.limit() + " tokens left, "
                + cost + " asked for" + ENOUGH_IN + waitMillis + " ms";
        return details(VerdictCode.DENY, Shortage.LIMIT_EXCEEDED, reason, refusing, waitMillis, now);
    }

    private static LimitStatus later(LimitStatus limit, long elapsedMillis) {
        return with(
                limit,
                limit.remaining(),
                Math.max(0, limit.resetAfterMillis() - elapsedMillis),
                limit.nextTokenMillis() == 0 ? 0 : Math.max(1, limit.nextTokenMillis() - elapsedMillis),
                laterWait(limit.retryAfterMillis(), elapsedMillis));
    }

    /** Null is never, and 0 is no wait at all: neither changes with time. */
    private static @Nullable Long laterWait(@Nullable Long millis, long elapsedMillis) {
        return millis == null || millis == 0 ? millis : Long.valueOf(Math.max(1, millis - elapsedMillis));
    }

    private static LimitStatus with(
            LimitStatus limit, long remaining, long resetAfterMillis, long nextTokenMillis, @Nullable Long retryAfter) {
        long credit = limit.creditRemaining() == null ? 0 : limit.creditRemaining();
        return limit.toBuilder()
                .remaining(Math.min(remaining, limit.limit() + credit))
                .resetAfterMillis(resetAfterMillis)
                .nextTokenMillis(nextTokenMillis)
                .retryAfterMillis(retryAfter)
                .build();
    }

    private VerdictDetails details(
            VerdictCode answer,
            String reasonCode,
            String reason,
            @Nullable LimitStatus decidingLimit,
            @Nullable Long retryAfterMillis,
            List<LimitStatus> now) {
        return details.toBuilder()
                .code(answer)
                .reasonCode(reasonCode)
                .reason(reason)
                .decidingLimit(decidingLimit)
                .retryAfterMillis(retryAfterMillis)
                .limits(now)
                .build();
    }
}
