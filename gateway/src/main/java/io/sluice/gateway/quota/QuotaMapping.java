package io.sluice.gateway.quota;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.Map;

/** The mapping of an Envoy's quota bucket to a request: client, route and attributes. */
@FunctionalInterface
public interface QuotaMapping {
    /**
     * The request of cost 1 that each request of the bucket is.
     *
     * @throws WireException if the bucket names no client, or a part is not within the contract
     */
    AdmissionRequest request(String domain, Map<String, String> bucketId) throws WireException;
}
