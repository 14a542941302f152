package io.sluice.client.fastpath;

import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to a request for a lease means for callers for whom it has too little.
 *
 * <p>The ledger granted as much as there was, and reported what every limit had left then. The callers that it covers
 * are served in their order. The first that does not fit met, in the ledger's own order, a limit with what the grant
 * left of it and what is still unspent of the lease. If that is less than its cost, the ledger would have refused it
 * there and then: to say so here is the same answer. With 5 tokens there and three callers of cost 2 waiting, 5 are
 * granted, two callers are allowed, and the third is refused, since 0 + 1 &lt; 2.
 *
 * <p>Only limits that plainly deny count: one in shadow, or that challenges, throttles or tags, refuses in other ways.
 */
final class Shortage {
    static final String LIMIT_EXCEEDED = "limit-exceeded";

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LocalVerdicts verdicts;
    private final List<LimitStatus> denying;

    private Shortage(LocalVerdicts verdicts, List<LimitStatus> denying) {
        this.verdicts = verdicts;
        this.denying = denying;
    }

    static Shortage in(LeaseReply reply) {
        return in(reply.details(), new LocalVerdicts(reply.details()), reply.tokens() > 0);
    }

    /** The same for a denial with these verdicts. */
    static Shortage in(VerdictDetails denied, LocalVerdicts verdicts) {
        return in(denied, verdicts, /* granted= */ false);
    }

    /** The same for a verdict that allowed: what the next request finds. */
    static Shortage after(VerdictDetails allowed) {
        return in(allowed, new LocalVerdicts(allowed), /* granted= */ true);
    }

    private static Shortage in(VerdictDetails details, LocalVerdicts verdicts, boolean granted) {
        List<LimitStatus> denying = new ArrayList<>();
        if (granted || details.reasonCode().equals(LIMIT_EXCEEDED)) {
            for (LimitStatus limit : details.limits()) {
                if (limit.enforced() && limit.action() == null) {
                    denying.add(limit);
                }
            }
        }
        return new Shortage(verdicts, denying);
    }

    /**
     * How the denial is worded, and how long it is true.
     *
     * @param certainMillis how long it is certain
     * @param waitMillis how long it takes until there is enough, if nobody else takes any
     */
    record Refusal(VerdictDetails details, long certainMillis, long waitMillis) {}

    /**
     * The refusal of a request, if there is certainly too little for it.
     *
     * @param left the tokens left in the lease
     */
    @Nullable Refusal of(long cost, long left) {
        LimitStatus shortest = null;
        long waitMillis = 0;
        long certainMillis = 0;
        for (LimitStatus limit : denying) {
            long missing = cost - limit.remaining() - left;
            if (missing <= 0) {
                continue;
            }
            if (cost > limit.limit()) {
                // Only the ledger itself says that waiting does not help.
                return null;
            }
            // With tokens in the lease it could be enough as soon as there is one more.
            certainMillis = Math.max(certainMillis, left == 0 ? limit.nextTokenMillis() : 0);
            long wait = waitMillis(limit, missing);
            if (shortest == null || wait > waitMillis) {
                shortest = limit;
                waitMillis = wait;
            }
        }
        return shortest == null
                ? null
                : new Refusal(
                        verdicts.refused(shortest, shortest.remaining(), cost, waitMillis), certainMillis, waitMillis);
    }

    /**
     * The refusal of a request for which a lease has not enough yet, of tokens that are still to come; null where only
     * the ledger knows.
     */
    @Nullable VerdictDetails untilItComes(long cost, Lease lease, long nowNanos) {
        LimitStatus shortest = null;
        for (LimitStatus limit : denying) {
            if (cost > limit.limit()) {
                return null;
            }
            shortest = shortest == null || limit.remaining() < shortest.remaining() ? limit : shortest;
        }
        if (shortest == null) {
            return null;
        }
        long waitMillis = Math.max(1, (lease.waitNanos(cost, nowNanos) + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        return verdicts.refused(shortest, lease.payable(nowNanos), cost, waitMillis);
    }

    /** Whether a limit that plainly denies can never hold as much. */
    static boolean isAboveCapacity(VerdictDetails details, long cost) {
        for (LimitStatus limit : details.limits()) {
            if (limit.enforced() && limit.action() == null && cost > limit.limit()) {
                return true;
            }
        }
        return false;
    }

    /** The first token comes at the time that the ledger gave; others at the pace that fills the bucket, rounded up. */
    private static long waitMillis(LimitStatus limit, long missing) {
        double perToken = (double) limit.windowMillis() / Math.max(1, limit.limit());
        double more = Math.ceil(Math.min((missing - 1) * perToken, limit.resetAfterMillis()));
        return Math.max(1, limit.nextTokenMillis() + (long) more);
    }
}
