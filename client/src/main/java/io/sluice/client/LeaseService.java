package io.sluice.client;

import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Where tokens are lent to those that answer by themselves.
 *
 * <p>As for {@link Admissions}, no call waits for an answer, and no future completes exceptionally.
 */
public interface LeaseService {
    /**
     * Asks for a lease.
     *
     * @param deadlineMillis at least 1
     */
    CompletableFuture<Answer<LeaseReply>> lease(LeaseRequest request, long deadlineMillis);

    /** Tells what was answered with a lease, which ends it, or without one. Nobody answers. */
    void report(LeaseReport report);

    /** Has every revocation told from now on, to one listener. */
    void listen(Listener listener);

    /** Hears what does not hold any more. Called by the thread that reads replies: must neither block nor throw. */
    interface Listener {
        /** What the ledger said before this is void. */
        void revoked(Revocation revocation);

        /** Revocations may have been missed: whatever the ledger said before this may be void. */
        void interrupted();
    }
}
