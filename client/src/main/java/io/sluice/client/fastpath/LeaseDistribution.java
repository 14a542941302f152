package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.HoldId;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the ledger, handed out to those that wait.
 *
 * <p>Whom the request covered is served first, in order: out of the lease, or refused where there was certainly too
 * little, or sent to ask alone. Who came later may have what is left, in order, and else waits on.
 */
final class LeaseDistribution {
    private final HoldId id;
    private final LeaseCall call;
    private final LeaseReply reply;
    private final @Nullable Lease lease;
    private final RoundTrip roundTrip;
    private final Shortage shortage;
    private long denied;
    private long deniedCost;
    private Shortage.@Nullable Refusal refusal;

    /**
     * Begins with nobody served.
     *
     * @param lease what may be spent; null for nothing
     */
    LeaseDistribution(HoldId id, LeaseCall call, LeaseReply reply, @Nullable Lease lease, RoundTrip roundTrip) {
        this.id = id;
        this.call = call;
        this.reply = reply;
        this.lease = lease;
        this.roundTrip = roundTrip;
        this.shortage = Shortage.in(reply);
    }

    /**
     * Serves those that the request covered.
     *
     * @param holds whether what the ledger said still holds; if not, nobody can be refused by it
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
        long left = lease == null ? Lease.NOTHING : lease.take(waiter.cost());
        if (lease != null && left != Lease.NOTHING) {
            effects.answer(waiter, lease.allowed(waiter.request(), left));
            return;
        }
        // A grant that came too late to be spent was there for others, so it cannot be a reason to refuse.
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

    /** Serves those that came later as far as the lease goes; the first that does not fit ends it. */
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
     * What can be repeated of this: the refusal of the least that was refused, or that there was not even one token.
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

    /** What is refused here is refused by the answer to a request for a lease, which is no denial of anybody. */
    private AdmissionVerdict.Basis basis() {
        return new AdmissionVerdict.Lease(reply.decisionId());
    }
}
