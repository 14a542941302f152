package io.sluice.client;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import java.util.concurrent.CompletableFuture;

/**
 * "May this client do this now?", asked of the cluster; every front end is built on this.
 *
 * <p>No call blocks, and no future ever completes exceptionally: what can go wrong is part of the answer.
 */
public interface Admissions {
    /**
     * Asks, and waits for the verdict no longer than the deadline. A request that timed out may still be charged; ask
     * again with the same idempotency key to learn its verdict without being charged twice.
     *
     * @param deadlineMillis at least 1
     */
    CompletableFuture<AdmissionAnswer> admit(AdmissionRequest request, long deadlineMillis);

    /** Asks what a client holds; takes nothing. */
    CompletableFuture<QuotaAnswer> quota(ClientId clientId, long deadlineMillis);

    /** Whether questions can be answered now, as far as the last self-pings tell. */
    Readiness readiness();
}
