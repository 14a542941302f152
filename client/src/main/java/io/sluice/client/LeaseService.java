package io.sluice.client;

import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The service from which front ends get leases, and to which they report them.
 *
 * <p>As for {@link Admissions}, no call waits for an answer, and no future completes exceptionally.
 */
public interface LeaseService {
    /**
     * Requests a lease.
     *
     * @param deadlineMillis at least 1
     */
    CompletableFuture<Answer<LeaseReply>> lease(LeaseRequest request, long deadlineMillis);

    /** Reports the answers that were given with a lease, which ends it, or without one. There is no reply. */
    void report(LeaseReport report);

    /** Reports of several clients, in as few records as they fit into. */
    default void report(List<LeaseReport> reports) {
        reports.forEach(this::report);
    }

    /** Passes every revocation from now on to this listener too. There are a few for the life of a process. */
    void listen(Listener listener);

    /**
     * Receives revocations. The thread that reads replies calls it: it must neither block nor throw.
     */
    interface Listener {
        /** Leases and denials from before this are void. */
        void revoked(Revocation revocation);

        /** Revocations may have been missed: all earlier leases and denials may be void. */
        void interrupted();
    }
}
