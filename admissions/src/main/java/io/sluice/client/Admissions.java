package io.sluice.client;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The interface by which JVM code asks for admission; every front end is built on it.
 *
 * <p>No call blocks, and no future ever completes exceptionally: failures are part of the answer.
 */
public interface Admissions {
    /**
     * Sends a request, and waits for the verdict no longer than the deadline. A request that timed out may still be
     * charged; send it again with the same idempotency key to learn its verdict without a second charge.
     *
     * <p>A request that may wait, {@code AdmissionRequest.of(...).maxWaitMillis(...)}, is answered at its scheduled
     * time; a denial is answered at once.
     *
     * @param deadlineMillis at least 1, and above what the request waits
     * @throws IllegalArgumentException if the deadline is not above what the request waits
     */
    CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis);

    /**
     * Sends several checks of one account at once, which are charged all together or not at all.
     *
     * @param deadlineMillis at least 1
     */
    CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis);

    /**
     * Commits, cancels or releases a hold of a client. It is safe to repeat: within ten minutes, and while the
     * reservation would have lasted, the same request gets the same answer.
     *
     * @param deadlineMillis at least 1
     */
    CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis);

    /**
     * Like {@link #admit}, for a request that reserves: {@code AdmissionRequest.of(...).reserveMillis(...)}. The
     * verdict names the reservation.
     *
     * @throws IllegalArgumentException if the request reserves nothing
     */
    default CompletableFuture<Answer<AdmissionVerdict>> reserve(AdmissionRequest request, long deadlineMillis) {
        if (request.reserveMillis() == 0) {
            throw new IllegalArgumentException("reserveMillis: 0 (expected: a request that reserves)");
        }
        return admit(request, deadlineMillis);
    }

    /**
     * Keeps {@code cost} tokens of a reservation, and gives back the rest.
     *
     * @throws WireException if no commit can have this cost
     */
    default CompletableFuture<Answer<SettlementReply>> commit(
            ClientId clientId, DecisionId reservationId, long cost, long deadlineMillis) throws WireException {
        return settle(SettleRequest.commit(clientId, reservationId, cost), deadlineMillis);
    }

    /** Gives back all of a reservation. */
    default CompletableFuture<Answer<SettlementReply>> cancel(
            ClientId clientId, DecisionId reservationId, long deadlineMillis) {
        return settle(SettleRequest.cancel(clientId, reservationId), deadlineMillis);
    }

    /** Gives back the slots that an admission took in concurrency limits. */
    default CompletableFuture<Answer<SettlementReply>> release(
            ClientId clientId, DecisionId releaseId, long deadlineMillis) {
        return settle(SettleRequest.release(clientId, releaseId), deadlineMillis);
    }

    /** Returns what a client has left; takes no tokens. */
    CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis);

    /**
     * Returns the verdict that a request would get, and why; takes no tokens. Its idempotency key does not count.
     *
     * @param deadlineMillis at least 1
     */
    CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis);

    /** Whether requests can be answered now, as far as the last self-pings show. */
    Readiness readiness();

    /**
     * Ends every request that waits for its answer, as if its deadline were over: a server that stops has no more time
     * for them. Later requests are answered so at once, and not sent.
     */
    default void stopWaiting() {}

    /** How each request partition answers; empty where that is not known. */
    default List<PartitionHealth> partitions() {
        return List.of();
    }
}
