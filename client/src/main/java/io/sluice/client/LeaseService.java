package io.sluice.client;

import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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
     * @param late takes the lease that comes after the deadline
     */
    CompletableFuture<Answer<LeaseReply>> lease(LeaseRequest request, long deadlineMillis, Late<LeaseReply> late);

    /**
     * Asks for an admission whose verdict brings a lease.
     *
     * @param deadlineMillis when the caller has an answer at the latest
     * @param late takes the verdict that comes after it, with its lease
     */
    CompletableFuture<Answer<AdmissionVerdict>> admit(
            AdmissionRequest request, long deadlineMillis, Late<AdmissionVerdict.Recorded> late);

    /**
     * What takes an answer that comes after its deadline. The log has debited its lease by then, so a lease that nobody
     * takes counts as spent.
     *
     * @param withinMillis how long after the request such an answer is taken
     * @param taker is called once at most, on a thread that answers callers
     */
    record Late<T>(long withinMillis, Consumer<T> taker) {
        /**
         * How long a request may have waited for its decision, for a lease that is still taken: longer than a streams
         * app takes over the partition of another. A lease's time begins with the decision.
         */
        private static final long UNDECIDED_MILLIS = 30_000;

        /** Takes a lease for as long as the ledger may take its report. */
        public static <T> Late<T> ofLease(long leaseMillis, Consumer<T> taker) {
            return new Late<>(leaseMillis + UNDECIDED_MILLIS, taker);
        }
    }

    /** Reports the answers that were given with a lease, which ends it, or without one. There is no reply. */
    void report(LeaseReport report);

    /** Reports of several clients, in as few records as they fit into. */
    default void report(List<LeaseReport> reports) {
        reports.forEach(this::report);
    }

    /** Completes when no late answer can come any more to a request that was made until now. */
    default CompletableFuture<?> overdue() {
        return CompletableFuture.completedFuture(null);
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
