package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one key, oldest first: the one that is spent, and those that will follow it.
 *
 * <p>Callers spend them without a lock; only a thread that holds the key's lock may add or close one.
 */
final class OpenLeases {
    /** The most that are open at once. */
    static final int LEASES_MAX = 4;

    private static final Lease[] NONE = {};

    private final RateEstimator rate;
    private final RoundTripEstimator roundTrips;
    private final long spendNanos;
    private volatile Lease[] leases = NONE;

    OpenLeases(RateEstimator rate, RoundTripEstimator roundTrips, long leaseMillis) {
        this.rate = rate;
        this.roundTrips = roundTrips;
        this.spendNanos = Lease.spendNanos(leaseMillis);
    }

    int count() {
        return leases.length;
    }

    boolean isFull() {
        return leases.length >= LEASES_MAX;
    }

    /** The answer to a request that one of them pays; null if none can. */
    AdmissionVerdict.@Nullable Local spend(AdmissionRequest request, long nowNanos) {
        for (Lease lease : leases) {
            long left = lease.isSpendable(nowNanos) ? lease.take(request.cost()) : Lease.NOTHING;
            if (left != Lease.NOTHING) {
                return lease.allowed(request, left);
            }
        }
        return null;
    }

    void add(Lease lease) {
        Lease[] more = Arrays.copyOf(leases, leases.length + 1);
        more[leases.length] = lease;
        leases = more;
    }

    /** Closes the leases that match, and passes on what each has come to. */
    void close(Predicate<Lease> which, UnreportedDenials unreported, Effects effects) {
        List<Lease> open = new ArrayList<>(leases.length);
        for (Lease lease : leases) {
            if (which.test(lease)) {
                close(lease, unreported, effects);
            } else {
                open.add(lease);
            }
        }
        if (open.size() < leases.length) {
            leases = open.isEmpty() ? NONE : open.toArray(Lease[]::new);
        }
    }

    static void close(Lease lease, UnreportedDenials unreported, Effects effects) {
        Lease.Closing closing = lease.close();
        if (closing != null) {
            effects.report(closing, lease.granted(), unreported.takeAll());
        }
    }

    /** A quick check for every caller: whether the newest lease has been used so far that it may have to be renewed. */
    boolean mayRunOut() {
        Lease[] current = leases;
        if (current.length == 0) {
            return false;
        }
        Lease newest = current[current.length - 1];
        return newest.left() <= newest.granted() / 2 && isShort(newest, newest.left());
    }

    private boolean isShort(Lease newest, long left) {
        return left <= Math.min(rate.tokensIn(roundTrips.renewNanos(spendNanos)), newest.granted() / 2);
    }

    /** Whether a renewal has to begin now, if it is to be there in time. */
    boolean areShort(long nowNanos) {
        Lease[] current = leases;
        long renewNanos = roundTrips.renewNanos(spendNanos);
        long left = 0;
        for (Lease lease : current) {
            left += lease.isSpendableFor(renewNanos, nowNanos) ? lease.left() : 0;
        }
        return current.length == 0 || isShort(current[current.length - 1], left);
    }

    /** How many tokens a lease should have that begins now: the expected demand in its time, less what is there. */
    long wantedTokens(long nowNanos) {
        long wanted = rate.tokensAtMostIn(spendNanos);
        for (Lease lease : leases) {
            wanted -= Math.min(lease.left(), rate.tokensIn(Math.max(0, lease.nanosLeft(nowNanos))));
        }
        return Math.max(0, wanted);
    }
}
