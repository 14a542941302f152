package io.sluice.client.fastpath;

import io.sluice.schemas.request.LeaseRequest;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request for a lease, with the callers whose costs it covers, in their order. */
record LeaseCall(LeaseRequest request, List<Waiter> covered) {
    LeaseCall {
        covered = List.copyOf(covered);
    }

    /** A request for as many waiting callers as one can cover, and a prefetch; null if that comes to nothing. */
    static @Nullable LeaseCall begin(LeaseKey key, Deque<Waiter> waiters, long prefetchTokens, long leaseMillis) {
        List<Waiter> covered = new ArrayList<>();
        long cost = 0;
        for (Waiter next = waiters.peek();
                next != null && cost + next.cost() <= FastPath.COST_MAX;
                next = waiters.peek()) {
            waiters.remove();
            if (!next.isClaimed()) {
                covered.add(next);
                cost += next.cost();
            }
        }
        return cost + prefetchTokens == 0
                ? null
                : new LeaseCall(new LeaseRequest(key.admission(cost), prefetchTokens, leaseMillis), covered);
    }
}
