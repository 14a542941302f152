package io.sluice.gateway.envoy;

import io.sluice.schemas.request.AdmissionRequest;
import java.util.List;

/**
 * One descriptor as an admission.
 *
 * @param index its place in the question
 * @param admission the same in Sluice's terms
 */
record Hit(int index, AdmissionRequest admission) {
    String account() {
        return admission.clientId().account();
    }

    static List<AdmissionRequest> admissions(List<Hit> hits) {
        return hits.stream().map(Hit::admission).toList();
    }
}
