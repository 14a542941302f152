package io.sluice.gateway.quota;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.Map;

/** What the requests of one of Envoy's quota buckets ask: client, route and attributes, the same for all of them. */
@FunctionalInterface
public interface QuotaMapping {
    /**
     * The request of cost 1 that each request of the bucket is.
     *
     * @throws WireException if the bucket names no client, or a part is not within the contract
     */
    AdmissionRequest request(String domain, Map<String, String> bucketId) throws WireException;
}
