package io.sluice.gateway.quota;

import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.LeaseRequest;

/**
 * The tokens that a bucket asks the ledger for.
 *
 * @param now the expected requests of the next second: the ledger grants as many as it has
 * @param later the expected requests after that, in the time of the lease: the ledger grants up to a share of what is
 * left
 */
record AskedTokens(long now, long later) {
    private static final long NOW_NANOS = 1_000_000_000;

    static AskedTokens of(DemandEstimate demand, QuotaConfig config) {
        if (!demand.isKnown()) {
            return new AskedTokens(1, config.firstTokens() - 1);
        }
        // What is left of the lease's time when Envoy gets it, in whole seconds.
        long spendSeconds = Math.max(1, (config.leaseNanos() - config.leaseNanos() / 8) / NOW_NANOS);
        long all = Math.min(config.grantTokensMax(), demand.usualIn(spendSeconds * NOW_NANOS));
        long now = Math.max(1, Math.min(all, (long) Math.ceil(demand.in(NOW_NANOS))));
        return new AskedTokens(now, all - now);
    }

    /** A request for a lease. */
    LeaseRequest lease(AdmissionRequest request, QuotaConfig config) {
        return new LeaseRequest(costing(request, now), later, config.leaseMillis());
    }

    /** An ordinary admission for what is wanted in its time, two seconds. */
    AdmissionRequest admission(AdmissionRequest request, long costMax) {
        return costing(request, Math.min(Math.min(2 * now, now + later), costMax));
    }

    /** The same request with another cost, and with nothing that only the ledger answers. */
    static AdmissionRequest costing(AdmissionRequest request, long cost) {
        return AdmissionRequest.local(
                request.clientId(), cost, request.route(), request.attributes(), request.priority());
    }
}
