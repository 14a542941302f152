package io.sluice.gateway.envoy;

import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.sluice.engine.ruleset.EnvoyMapping;
import io.sluice.gateway.envoy.DescriptorMapping.Hits;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.RequestMode;
import java.util.ArrayList;
import java.util.List;

/** The hits of a question to a rate limit service. */
final class RateLimitQuestions {
    static final int DESCRIPTORS_MAX = BatchRequest.CHECKS_MAX;

    /** {@code is_negative_hits}, which is newer than the classes that are generated from Envoy's files. */
    private static final int NEGATIVE_HITS_FIELD = 4;

    private RateLimitQuestions() {}

    /**
     * The hits, one for each descriptor.
     *
     * @throws WireException naming the first part that is not within the contract
     */
    static List<Hit> hits(EnvoyMapping mapping, RateLimitRequest question) throws WireException {
        if (question.getDomain().isEmpty()) {
            throw new WireException("domain", "empty (expected: the domain of the filter's configuration)");
        }
        int count = question.getDescriptorsCount();
        if (count == 0 || count > DESCRIPTORS_MAX) {
            throw new WireException("descriptors", count + " (expected: 1.." + DESCRIPTORS_MAX + ")");
        }
        List<Hit> hits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            RateLimitDescriptor descriptor = question.getDescriptors(i);
            DescriptorEntries entries = new DescriptorEntries();
            descriptor.getEntriesList().forEach(entry -> entries.with(entry.getKey(), entry.getValue()));
            hits.add(new Hit(
                    i,
                    DescriptorMapping.admission(
                            mapping,
                            "descriptors[" + i + "]",
                            question.getDomain(),
                            entries,
                            hits(question, descriptor))));
        }
        return hits;
    }

    /** A descriptor's own hits count instead of those of the question; there, 0 is the absence of a number. */
    private static Hits hits(RateLimitRequest question, RateLimitDescriptor descriptor) {
        long ofQuestion = Math.max(1, Integer.toUnsignedLong(question.getHitsAddend()));
        long cost = descriptor.hasHitsAddend() ? descriptor.getHitsAddend().getValue() : ofQuestion;
        UnknownFieldSet.Field negative = descriptor.getUnknownFields().getField(NEGATIVE_HITS_FIELD);
        boolean isRefund = negative.getVarintList().stream().anyMatch(value -> value != 0);
        return new Hits(cost, isRefund ? RequestMode.REFUND : RequestMode.CHECK);
    }
}
