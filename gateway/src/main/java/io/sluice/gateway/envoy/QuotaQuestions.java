package io.sluice.gateway.envoy;

import io.sluice.engine.ruleset.EnvoyMapping;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.gateway.CallerContext;
import io.sluice.gateway.envoy.DescriptorMapping.Hits;
import io.sluice.gateway.quota.QuotaMapping;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.RequestMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The mapping of a bucket ID to an admission, like a descriptor. Its entries have no order, so they are sorted by
 * key.
 */
public final class QuotaQuestions implements QuotaMapping {
    private final Supplier<Ruleset> ruleset;

    /**
     * Reads bucket IDs by the rules in force.
     *
     * @param ruleset what is in force as far as this process knows
     */
    public QuotaQuestions(Supplier<Ruleset> ruleset) {
        this.ruleset = ruleset;
    }

    @Override
    public AdmissionRequest request(String domain, Map<String, String> bucketId) throws WireException {
        EnvoyMapping mapping = ruleset.get().envoy();
        DescriptorEntries entries = new DescriptorEntries();
        new TreeMap<>(bucketId).forEach(entries::with);
        AdmissionRequest request =
                DescriptorMapping.admission(mapping, "bucket_id", domain, entries, new Hits(1, RequestMode.CHECK));
        String account = request.clientId().account();
        if (!CallerContext.covers(account)) {
            throw new WireException("bucket_id", "of account " + account + " (expected: one of the caller's)");
        }
        return request;
    }
}
