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
 *
 * <p>Tokens may be lent before they are there: 25 over 2,500 ms are one each 100 ms. They come evenly, counted from the
 * ledger's answer, so none is spent before the ledger would have had it.
 */
final class Lease {
    /** What {@link #take} returns if the lease cannot pay. */
    static final long NOTHING = -1;

    private static final long CLOSED = -1;
    private static final long NANOS_PER_MICRO = 1_000;
    /** Below a 16th of a lease, the rest goes back. */
    private static final long SCRAP_SHARE = 16;

    private static final int HALF = 32;
    private static final long COUNT_MASK = 0xFFFF_FFFFL;

    private final DecisionId id;
    private final AdmissionVerdict.Basis basis;
    private final LocalVerdicts verdicts;
    private final long granted;
    private final long spendUntilNanos;
    private final long spendNanos;
    private final long answeredNanos;
    // 0 if all tokens are there from the start.
    private final long overMicros;
    private final AtomicLong leftAndAllowed;
    private final AtomicBoolean renewed = new AtomicBoolean();

    private Lease(DecisionId id, LocalVerdicts verdicts, LeaseTerms terms, RoundTrip roundTrip) {
        this.id = id;
        this.basis = new AdmissionVerdict.Lease(id.text());
        this.verdicts = verdicts;
        this.granted = terms.tokens();
        this.spendNanos = spendNanos(terms.ttlMillis());
        // Its time is counted from the request, so it ends here before it does in the ledger.
        this.spendUntilNanos = roundTrip.requestedNanos() + spendNanos;
        this.answeredNanos = roundTrip.nowNanos();
        this.overMicros = terms.overMillis() * 1_000;
        this.leftAndAllowed = new AtomicLong(granted << HALF);
    }

    /** The lease of a reply that grants one. */
    static Lease of(DecisionId id, LeaseReply reply, RoundTrip roundTrip) {
        LeaseTerms terms = new LeaseTerms(reply.tokens(), reply.ttlMillis());
        return new Lease(id, new LocalVerdicts(reply.details()), terms, roundTrip);
    }

    /** The lease beside a verdict, which does not show that its tokens were debited. */
    static Lease beside(DecisionId id, VerdictDetails details, LeaseTerms terms, RoundTrip roundTrip) {
        return new Lease(id, LocalVerdicts.beside(details, terms.tokens()), terms, roundTrip);
    }

    /** Of the time that the ledger gives, an eighth is left for the lease report to arrive in. */
    static long spendNanos(long ttlMillis) {
        long nanos = ttlMillis * 1_000_000;
        return nanos - nanos / 8;
    }

    /** Takes tokens for one request: returns how many are left then, or {@link #NOTHING}. */
    long take(long cost, long nowNanos) {
        long toComeTokens = toComeTokens(nowNanos);
        long before = leftAndAllowed.get();
        // A closed lease is negative, and has nothing left.
        while ((before >> HALF) - toComeTokens >= cost) {
            long after = before - (cost << HALF) + 1;
            if (leftAndAllowed.compareAndSet(before, after)) {
                return after >> HALF;
            }
            before = leftAndAllowed.get();
        }
        return NOTHING;
    }

    /** How many of its tokens are not there yet. */
    private long toComeTokens(long nowNanos) {
        if (!isComing()) {
            return 0;
        }
        // Below 0 for a caller that looked at the clock before the answer came.
        long elapsedMicros = (nowNanos - answeredNanos) / NANOS_PER_MICRO;
        // At most 10^9 tokens and 6 * 10^7 microseconds: no overflow.
        return elapsedMicros >= overMicros ? 0 : granted - granted * Math.max(0, elapsedMicros) / overMicros;
    }

    /** The tokens that can be spent now; another caller may be quicker. */
    long payable(long nowNanos) {
        return Math.max(0, left() - toComeTokens(nowNanos));
    }

    /** Whether its tokens were lent before they are there. */
    boolean isComing() {
        return overMicros > 0;
    }

    /** How long it takes until so many more tokens are there than are spent; only if they are {@link #isComing}. */
    long waitNanos(long cost, long nowNanos) {
        long wanted = granted - left() + cost;
        // Rounded up; beyond what was lent, as if it went on.
        long dueMicros = (wanted * overMicros + granted - 1) / granted;
        return Math.max(0, dueMicros * NANOS_PER_MICRO - (nowNanos - answeredNanos));
    }

    /** The tokens left, also those that are not there yet; 0 when closed. */
    long left() {
        return Math.max(0, leftAndAllowed.get() >> HALF);
    }

    /** Ends the lease; returns what was done with it, or null if it was closed before. */
    @Nullable Closing close() {
        long before = leftAndAllowed.getAndSet(CLOSED);
        return before < 0 ? null : new Closing(id, granted - (before >> HALF), before & COUNT_MASK);
    }

    boolean isClosed() {
        return leftAndAllowed.get() < 0;
    }

    /** What was done with a lease. */
    record Closing(DecisionId id, long spentTokens, long allowed) {}

    boolean isSpendable(long nowNanos) {
        return nowNanos - spendUntilNanos < 0;
    }

    long spendUntilNanos() {
        return spendUntilNanos;
    }

    /** Whether so little is left that it is no longer worth its place. */
    boolean isUsedUp() {
        return left() <= granted / SCRAP_SHARE;
    }

    /** Whether half of its tokens or three quarters of its time are used. */
    boolean isMostlyUsed(long nowNanos) {
        return left() <= granted / 2 || spendUntilNanos - nowNanos <= spendNanos / 4;
    }

    /**
     * How long it lasts if it is used as fast as until now: 60 of 100 tokens used within 3 s leave 2 s, if its time
     * is not over before.
     */
    long spareNanos(long nowNanos) {
        long leftNanos = spendUntilNanos - nowNanos;
        long left = left();
        long spent = granted - left;
        if (spent == 0) {
            return leftNanos;
        }
        // At most 6 * 10^7 microseconds and 10^9 tokens: no overflow. As nanoseconds, the product may be too large.
        long elapsedMicros = Math.max(0, nowNanos - answeredNanos) / NANOS_PER_MICRO;
        long paceMicros = elapsedMicros * left / spent;
        return Math.min(leftNanos / NANOS_PER_MICRO, paceMicros) * NANOS_PER_MICRO;
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
    AdmissionVerdict.Local allowed(AdmissionRequest request, long left, long nowNanos) {
        long payable = Math.max(0, left - toComeTokens(nowNanos));
        return new AdmissionVerdict.Local(request.requestId(), verdicts.allowed(left, payable), basis);
    }
}
