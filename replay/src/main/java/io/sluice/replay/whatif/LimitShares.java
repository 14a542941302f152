package io.sluice.replay.whatif;

import java.util.LinkedHashMap;
import java.util.Map;

/** The distribution of the highest shares, by limit. */
public record LimitShares(Map<String, ShareDistribution> byLimit) {
    public static final LimitShares NONE = new LimitShares(Map.of());

    public LimitShares {
        byLimit = Map.copyOf(byLimit);
    }

    /** Both together; no bucket is in both. */
    LimitShares plus(LimitShares other) {
        Map<String, ShareDistribution> sums = new LinkedHashMap<>(byLimit);
        other.byLimit.forEach((limit, shares) -> sums.merge(limit, shares, ShareDistribution::plus));
        return new LimitShares(sums);
    }

    public ShareDistribution of(String limitId) {
        return byLimit.getOrDefault(limitId, ShareDistribution.NONE);
    }
}
