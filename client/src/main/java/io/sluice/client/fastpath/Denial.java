package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A denial by the ledger that holds for a while. Tokens come with time, so a request that lacked them is refused until
 * the moment that the ledger named, and so is every request that costs as much or more.
 *
 * <p>Its repetitions are counted like a lease's requests: closing it returns exactly how many there were.
 */
final class Denial {
    /** How long a denial holds that waiting does not help; a change of rules ends it before. */
    static final long NEVER_MILLIS = 10_000;

    private static final String COST_ABOVE_CAPACITY = "cost-above-capacity";
    private static final long CLOSED = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final DecisionId id;
    private final AdmissionVerdict.Basis basis;
    private final LocalVerdicts verdicts;
    private final Shortage shortage;
    private final long costFrom;
    private final long saidNanos;
    private final long untilNanos;
    // The tokens that are still to come while it holds; null if none were lent.
    private final @Nullable Lease coming;
    private final AtomicLong repeated = new AtomicLong();

    /**
     * The ledger's answer, the cost that it is about, and when it was requested and had come.
     *
     * @param basis the decision that repetitions name
     */
    record Origin(
            DecisionId id, AdmissionVerdict.Basis basis, VerdictDetails details, long cost, RoundTrip roundTrip) {}

    private Denial(Origin origin, Shortage shortage, @Nullable Lease coming, long certainMillis) {
        this.id = origin.id();
        this.basis = origin.basis();
        this.verdicts = new LocalVerdicts(origin.details());
        this.shortage = shortage;
        this.coming = coming;
        this.costFrom = origin.cost();
        this.saidNanos = origin.roundTrip().nowNanos();
        // Counted from the request, so that it never outlasts what the ledger meant.
        this.untilNanos = origin.roundTrip().requestedNanos() + certainMillis * NANOS_PER_MILLI;
    }

    private Denial(Origin origin, long certainMillis) {
        this(
                origin,
                Shortage.in(origin.details(), new LocalVerdicts(origin.details())),
                /* coming= */ null,
                certainMillis);
    }

    /**
     * What holds beside a lease of tokens that are still to come: whoever finds none is denied until the next one. The
     * ledger has given out all that comes until the last one.
     */
    static Denial until(Lease lease, Origin origin, long overMillis) {
        return new Denial(origin, Shortage.after(origin.details()), lease, overMillis);
    }

    /**
     * The denial of an admission, if it is one that holds for a while.
     *
     * <p>While a health signal browns its tier out, a request costs limits more than it says. Nothing tells a front end
     * when that ends. So only what its own cost lacks is remembered, and for as long as that lacks it.
     */
    static @Nullable Denial ofAdmission(Origin origin, long millisMax) {
        VerdictDetails details = origin.details();
        if (details.reasonCode().equals(COST_ABOVE_CAPACITY)) {
            return Shortage.isAboveCapacity(details, origin.cost()) ? of(origin, millisMax) : null;
        }
        Shortage.Refusal own = Shortage.in(details, new LocalVerdicts(details)).of(origin.cost(), /* left= */ 0);
        return own == null ? null : of(origin, Math.min(millisMax, own.waitMillis()));
    }

    /**
     * The denial, if it is one that holds for a while; repeated for no longer than {@code millisMax}. The ledger says
     * this of a lease only where costs are not scaled.
     */
    static @Nullable Denial of(Origin origin, long millisMax) {
        VerdictDetails details = origin.details();
        Penalty penalty = details.penalty();
        boolean isPenalised = penalty != null && penalty.enforced();
        // Nothing tells a front end when a penalty ends.
        if (details.allowed() || details.action() != null || details.listId() != null || isPenalised) {
            return null;
        }
        if (details.reasonCode().equals(COST_ABOVE_CAPACITY) && details.retryAfterMillis() == null) {
            return new Denial(origin, NEVER_MILLIS);
        }
        return details.reasonCode().equals(Shortage.LIMIT_EXCEEDED) && details.retryAfterMillis() != null
                ? certain(origin, details.retryAfterMillis(), millisMax)
                : null;
    }

    /** The denial, if it is certain for any time at all. */
    static @Nullable Denial certain(Origin origin, long certainMillis, long millisMax) {
        long millis = Math.min(certainMillis, millisMax);
        return origin.roundTrip().nowNanos() - origin.roundTrip().requestedNanos() < millis * NANOS_PER_MILLI
                ? new Denial(origin, millis)
                : null;
    }

    /** The denial of this request, which is counted; null if it does not hold for it. */
    AdmissionVerdict.@Nullable Local repeat(AdmissionRequest request, long nowNanos) {
        if (!covers(request.cost()) || isOver(nowNanos)) {
            return null;
        }
        if (coming != null) {
            VerdictDetails untilItComes = shortage.untilItComes(request.cost(), coming, nowNanos);
            return untilItComes != null && count()
                    ? new AdmissionVerdict.Local(request.requestId(), untilItComes, basis)
                    : null;
        }
        LocalVerdicts told = verdictsFor(request.cost());
        return told != null && count() ? denied(request, told, nowNanos) : null;
    }

    /** Whether anybody was denied by it. */
    boolean isRepeated() {
        return repeated.get() > 0;
    }

    /** A request for more waits longer, and its answer says so; null where only the ledger knows how long. */
    private @Nullable LocalVerdicts verdictsFor(long cost) {
        if (cost == costFrom) {
            return verdicts;
        }
        Shortage.Refusal refused = shortage.of(cost, /* left= */ 0);
        return refused == null ? null : new LocalVerdicts(refused.details());
    }

    private boolean count() {
        long before = repeated.get();
        while (before != CLOSED) {
            if (repeated.compareAndSet(before, before + 1)) {
                return true;
            }
            before = repeated.get();
        }
        return false;
    }

    boolean covers(long cost) {
        return cost >= costFrom;
    }

    boolean isOver(long nowNanos) {
        // What was still to come may have gone back.
        return nowNanos - untilNanos >= 0 || (coming != null && coming.isClosed());
    }

    /** Whether the other one covers all that this one does: its costs, and its time. */
    boolean isCoveredBy(Denial other) {
        return other.costFrom <= costFrom && untilNanos - other.untilNanos <= 0;
    }

    DecisionId id() {
        return id;
    }

    /** Ends it; returns how often it was repeated, or 0 if it was closed before. */
    long close() {
        return Math.max(0, repeated.getAndSet(CLOSED));
    }

    private AdmissionVerdict.Local denied(AdmissionRequest request, LocalVerdicts told, long nowNanos) {
        long elapsedMillis = Math.max(0, nowNanos - saidNanos) / NANOS_PER_MILLI;
        return new AdmissionVerdict.Local(request.requestId(), told.denied(elapsedMillis), basis);
    }
}
