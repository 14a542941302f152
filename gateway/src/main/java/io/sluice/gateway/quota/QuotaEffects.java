package io.sluice.gateway.quota;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.ArrayList;
import java.util.List;

/** What remains to be done after work on a stream: collected under its lock, done without it. */
final class QuotaEffects {
    /** Something that a bucket wants from the ledger. */
    sealed interface Ask {
        QuotaBucket bucket();

        long requestedNanos();
    }

    /** A lease. */
    record AskLease(QuotaBucket bucket, LeaseRequest request, long requestedNanos) implements Ask {}

    /**
     * An ordinary admission, where the ledger lends nothing: its cost is what is granted.
     *
     * @param isAll whether that is all that is wanted
     */
    record AskAdmission(QuotaBucket bucket, AdmissionRequest request, boolean isAll, long requestedNanos)
            implements Ask {}

    /**
     * Whether an admission would be allowed. A refusal of an admission counts towards penalties, and nobody made this
     * request: so the ledger is asked first, wherever it may refuse.
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

    /** Slots that an admission took, and that no Envoy would ever release. */
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
