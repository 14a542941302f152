package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.DecisionId;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Hands out one answer of the ledger to the callers that wait.
 *
 * <p>Callers that the request covered come first, in order. Each is served out of the lease, or refused where there was
 * certainly too little, or sent to the ledger alone. Callers that came later may have what is left, in order, and else
 * wait on.
 */
final class LeaseDistribution {
    private final DecisionId id;
    private final LeaseCall call;
    private final LeaseReply reply;
    private final @Nullable Lease lease;
    private final RoundTrip roundTrip;
    private final Shortage shortage;
    private long denied;
    private long deniedCost;
    private Shortage.@Nullable Refusal refusal;

    /**
     * Begins with no caller served.
     *
     * @param lease what may be spent; null for nothing
     */
    LeaseDistribution(DecisionId id, LeaseCall call, LeaseReply reply, @Nullable Lease lease, RoundTrip roundTrip) {
        this.id = id;
        this.call = call;
        this.reply = reply;
        this.lease = lease;
        this.roundTrip = roundTrip;
        this.shortage = Shortage.in(reply);
    }

    /**
     * Serves the callers that the request covered.
     *
     * @param holds whether the ledger's answer still holds; if not, no caller can be refused by it
     */
    void serveCovered(boolean holds, Effects effects) {
        boolean partial = reply.tokens() < cost();
        for (Waiter waiter : call.covered()) {
            if (waiter.claim()) {
                serve(waiter, holds && partial, effects);
            }
        }
    }

    private void serve(Waiter waiter, boolean mayRefuse, Effects effects) {
        long left = lease == null ? Lease.NOTHING : lease.take(waiter.cost(), roundTrip.nowNanos());
        if (lease != null && left != Lease.NOTHING) {
            effects.answer(waiter, lease.allowed(waiter.request(), left, roundTrip.nowNanos()));
            return;
        }
        // Other callers could have had the tokens of a grant that came too late to be spent, so it is no reason to
        // refuse.
        boolean spent = lease != null || reply.tokens() == 0;
        Shortage.Refusal refused =
                mayRefuse && spent ? shortage.of(waiter.cost(), lease == null ? 0 : lease.left()) : null;
        if (refused == null) {
            effects.askExactly(waiter);
            return;
        }
        denied++;
        if (refusal == null || waiter.cost() < deniedCost) {
            refusal = refused;
            deniedCost = waiter.cost();
        }
        String requestId = waiter.request().requestId();
        effects.answer(waiter, new AdmissionVerdict.Local(requestId, refused.details(), basis()));
    }

    /** Serves the callers that came later as far as the lease goes; the first that does not fit ends it. */
    void serveSpare(Deque<Waiter> waiters, Effects effects) {
        for (Waiter next = waiters.peek();
                lease != null && next != null && (next.isClaimed() || lease.left() >= next.cost());
                next = waiters.peek()) {
            waiters.remove();
            if (next.claim()) {
                serve(next, /* mayRefuse= */ false, effects);
            }
        }
    }

    /** How many were refused. */
    long denied() {
        return denied;
    }

    private long cost() {
        return call.request().admission().cost();
    }

    /**
     * What can be repeated of this: the refusal of the least cost that was refused, or that not even one token was
     * there.
     */
    @Nullable Denial denial(long millisMax) {
        Shortage.Refusal refused = refusal;
        if (refused != null) {
            Denial.Origin origin = new Denial.Origin(id, basis(), refused.details(), deniedCost, roundTrip);
            return Denial.certain(origin, refused.certainMillis(), millisMax);
        }
        VerdictDetails details = reply.details();
        return reply.tokens() == 0 && cost() <= 1
                ? Denial.of(new Denial.Origin(id, basis(), details, /* cost= */ 1, roundTrip), millisMax)
                : null;
    }

    /** The answer to a request for a lease refuses here, and that is no denial of any caller. */
    private AdmissionVerdict.Basis basis() {
        return new AdmissionVerdict.Lease(reply.decisionId());
    }
}
