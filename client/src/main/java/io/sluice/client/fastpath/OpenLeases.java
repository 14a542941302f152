package io.sluice.client.fastpath;

import io.sluice.client.AdmissionVerdict;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one key, oldest first: the one that is spent, and the one that will follow it.
 *
 * <p>Callers spend them without a lock; only a thread that holds the key's lock may add or close one.
 */
final class OpenLeases {
    /** The most that are open at once. */
    static final int LEASES_MAX = 2;

    private static final Lease[] NONE = {};

    private final LongAdder openOfAll;
    private volatile Lease[] leases = NONE;

    /**
     * No leases.
     *
     * @param openOfAll counts those of all keys
     */
    OpenLeases(LongAdder openOfAll) {
        this.openOfAll = openOfAll;
    }

    boolean isEmpty() {
        return leases.length == 0;
    }

    /** Whether no other could follow: those that are used up make room. */
    boolean isFull() {
        return leases.length >= LEASES_MAX && last() == null;
    }

    /** The answer to a request that one of them pays; null if none can. */
    AdmissionVerdict.@Nullable Local spend(AdmissionRequest request, long nowNanos) {
        for (Lease lease : leases) {
            long left = lease.isSpendable(nowNanos) ? lease.take(request.cost(), nowNanos) : Lease.NOTHING;
            if (left != Lease.NOTHING) {
                return lease.allowed(request, left, nowNanos);
            }
        }
        return null;
    }

    /** Whether one of them could pay so much now; another caller may be quicker. */
    boolean mayPay(long cost, long nowNanos) {
        for (Lease lease : leases) {
            if (lease.isSpendable(nowNanos) && lease.payable(nowNanos) >= cost) {
                return true;
            }
        }
        return false;
    }

    /** The one that is spent, if no other follows it; null for none. */
    @Nullable Lease last() {
        Lease[] current = leases;
        for (int i = 0; i < current.length - 1; i++) {
            if (!current[i].isUsedUp()) {
                return null;
            }
        }
        return current.length == 0 ? null : current[current.length - 1];
    }

    /** Takes out those that are used up and have another behind them; the caller closes them. */
    List<Lease> removeUsedUp() {
        Lease[] current = leases;
        return current.length < 2
                ? List.of()
                : remove(lease -> lease.isUsedUp() && lease != current[current.length - 1]);
    }

    void add(Lease lease) {
        Lease[] more = Arrays.copyOf(leases, leases.length + 1);
        more[leases.length] = lease;
        leases = more;
        openOfAll.increment();
    }

    /** Takes out the leases that match; the caller closes them. */
    List<Lease> remove(Predicate<Lease> which) {
        List<Lease> removed = List.of();
        List<Lease> open = new ArrayList<>(leases.length);
        for (Lease lease : leases) {
            if (which.test(lease)) {
                removed = removed.isEmpty() ? new ArrayList<>(LEASES_MAX) : removed;
                removed.add(lease);
            } else {
                open.add(lease);
            }
        }
        if (!removed.isEmpty()) {
            leases = open.isEmpty() ? NONE : open.toArray(Lease[]::new);
            openOfAll.add(-removed.size());
        }
        return removed;
    }

    /** When the first of them is over; only if there is one. */
    long firstEndNanos() {
        Lease[] current = leases;
        long first = current[0].spendUntilNanos();
        for (Lease lease : current) {
            first = lease.spendUntilNanos() - first < 0 ? lease.spendUntilNanos() : first;
        }
        return first;
    }
}
