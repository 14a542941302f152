package io.sluice.gateway.quota;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.ArrayList;
import java.util.List;

/** The effects of work on a stream: collected under its lock, performed without it. */
final class QuotaEffects {
    /** A request of a bucket to the ledger. */
    sealed interface Ask {
        QuotaBucket bucket();

        long requestedNanos();
    }

    /** A lease. */
    record AskLease(QuotaBucket bucket, LeaseRequest request, long requestedNanos) implements Ask {}

    /**
     * An ordinary admission, if the ledger lends nothing: its cost is the grant.
     *
     * @param isAll whether that is all that is wanted
     */
    record AskAdmission(QuotaBucket bucket, AdmissionRequest request, boolean isAll, long requestedNanos)
            implements Ask {}

    /**
     * An explanation whether an admission would be allowed. It comes first if the ledger may refuse, because a
     * refusal would count towards penalties although no client made this request.
     */
    record AskWhether(AskAdmission admission) implements Ask {
        @Override
        public QuotaBucket bucket() {
            return admission.bucket();
        }

        @Override
        public long requestedNanos() {
            return admission.requestedNanos();
        }
    }

    /** The release of slots that an admission took, because Envoy does not release them. */
    record Release(ClientId clientId, DecisionId id) {}

    private final List<Ask> asks = new ArrayList<>(1);
    private final List<LeaseReport> reports = new ArrayList<>(1);
    private final List<Release> releases = new ArrayList<>(0);

    void ask(Ask ask) {
        asks.add(ask);
    }

    void report(LeaseReport report) {
        reports.add(report);
    }

    void release(ClientId clientId, DecisionId id) {
        releases.add(new Release(clientId, id));
    }

    List<Ask> asks() {
        return asks;
    }

    List<LeaseReport> reports() {
        return reports;
    }

    List<Release> releases() {
        return releases;
    }
}
