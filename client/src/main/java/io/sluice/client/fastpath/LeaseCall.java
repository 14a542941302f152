package io.sluice.client.fastpath;

import io.sluice.schemas.request.LeaseRequest;
import java.util.List;

/** One request for a lease, with the callers whose costs it covers, in their order. */
record LeaseCall(LeaseRequest request, List<Waiter> covered) {
    LeaseCall {
        covered = List.copyOf(covered);
    }
}
