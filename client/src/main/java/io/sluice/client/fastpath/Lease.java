package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseTerms;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that the ledger has debited, to be spent here until their time is over.
 *
 * <p>What is left and how many requests were allowed are one number, so that they always belong together: the upper
 * half counts tokens, the lower half requests. With 100 tokens left and 7 requests allowed, to allow one of cost 3 is
 * to go from (100, 7) to (97, 8) in one step, or not at all. To close a lease is to exchange the number for
 * {@link #CLOSED}: the number that was there then is reported to the ledger, and nothing can be taken after. So what
 * was spent and what goes back always add up to what was granted, by whichever thread and whenever it is closed.
 */
final class Lease {
    /** What {@link #take} returns if the lease cannot pay. */
    static final long NOTHING = -1;

    private static final long CLOSED = -1;
    private static final int HALF = 32;
    private static final long COUNT_MASK = 0xFFFF_FFFFL;

    private final DecisionId id;
    private final AdmissionVerdict.Basis basis;
    private final LocalVerdicts verdicts;
    private final long granted;
    private final long spendUntilNanos;
    private final long spendNanos;
    private final AtomicLong leftAndAllowed;
    private final AtomicBoolean renewed = new AtomicBoolean();

    private Lease(DecisionId id, LocalVerdicts verdicts, LeaseTerms terms, long requestedNanos) {
        this.id = id;
        this.basis = new AdmissionVerdict.Lease(id.text());
        this.verdicts = verdicts;
        this.granted = terms.tokens();
        this.spendNanos = spendNanos(terms.ttlMillis());
        this.spendUntilNanos = requestedNanos + spendNanos;
        this.leftAndAllowed = new AtomicLong(granted << HALF);
    }

    /**
     * The lease of a reply that grants one.
     *
     * @param requestedNanos when it was requested: its time is counted from there, so it ends here before it does in
     *     the ledger
     */
    static Lease of(DecisionId id, LeaseReply reply, long requestedNanos) {
        LeaseTerms terms = new LeaseTerms(reply.tokens(), reply.ttlMillis());
        return new Lease(id, new LocalVerdicts(reply.details()), terms, requestedNanos);
    }

    /** The lease beside a verdict, which does not show that its tokens were debited. */
    static Lease beside(DecisionId id, VerdictDetails details, LeaseTerms terms, long requestedNanos) {
        return new Lease(id, LocalVerdicts.beside(details, terms.tokens()), terms, requestedNanos);
    }

    /** Of the time that the ledger gives, an eighth is left for the lease report to arrive in. */
    static long spendNanos(long ttlMillis) {
        long nanos = ttlMillis * 1_000_000;
        return nanos - nanos / 8;
    }

    /** Takes tokens for one request: returns how many are left then, or {@link #NOTHING}. */
    long take(long cost) {
        long before = leftAndAllowed.get();
        // A closed lease is negative, and has nothing left.
        while (before >> HALF >= cost) {
            long after = before - (cost << HALF) + 1;
            if (leftAndAllowed.compareAndSet(before, after)) {
                return after >> HALF;
            }
            before = leftAndAllowed.get();
        }
        return NOTHING;
    }

    /** The tokens left; 0 when closed. */
    long left() {
        return Math.max(0, leftAndAllowed.get() >> HALF);
    }

    /** Ends the lease; returns what was done with it, or null if it was closed before. */
    @Nullable Closing close() {
        long before = leftAndAllowed.getAndSet(CLOSED);
        return before < 0 ? null : new Closing(id, granted - (before >> HALF), before & COUNT_MASK);
    }

    /** What was done with a lease. */
    record Closing(DecisionId id, long spentTokens, long allowed) {}

    boolean isSpendable(long nowNanos) {
        return nowNanos - spendUntilNanos < 0;
    }

    long spendUntilNanos() {
        return spendUntilNanos;
    }

    /** Whether half of its tokens or three quarters of its time are used. */
    boolean isMostlyUsed(long nowNanos) {
        return left() <= granted / 2 || spendUntilNanos - nowNanos <= spendNanos / 4;
    }

    /** Whether it is the claimant's to renew it. */
    boolean claimRenewal() {
        return !renewed.get() && renewed.compareAndSet(false, true);
    }

    DecisionId id() {
        return id;
    }

    long granted() {
        return granted;
    }

    /** The answer to a request that was paid out of this lease. */
    AdmissionVerdict.Local allowed(AdmissionRequest request, long left) {
        return new AdmissionVerdict.Local(request.requestId(), verdicts.allowed(left), basis);
    }
}
