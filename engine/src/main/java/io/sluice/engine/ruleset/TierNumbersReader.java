package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A reader of the numbers of a limit for single tiers.
 *
 * <pre>
 *   rate: {tokens: 100, per: 1m}
 *   tiers:
 *     pro: {rate: {tokens: 1000, per: 1m}, burst: 2000}
 * </pre>
 */
final class TierNumbersReader {
    private TierNumbersReader() {}

    /** The algorithms of tiers that have their own; each is whole, and takes nothing from the limit's. */
    static Map<String, Algorithm> byTier(DocumentSection limit, LimitMatch match, Tiers tiers) {
        Map<String, Algorithm> byTier = new HashMap<>();
        if (!limit.has("tiers")) {
            return byTier;
        }
        limit.sectionsByName("tiers", AlgorithmReader.KEYS).forEach((tier, fields) -> {
            tiers.requireKnown(limit, "tiers", Set.of(tier));
            if (tiers.names().contains(tier) && !match.appliesToTier(tier)) {
                limit.problem("tiers", "\"" + tier + "\" (expected: a tier that the limit matches)");
            }
            Algorithm algorithm = AlgorithmReader.read(fields);
            if (algorithm != null) {
                // What the limit says of debt and of waiting must be possible for each tier.
                MeteringReader.metering(limit, algorithm);
                ExceedPolicyReader.exceedPolicy(limit, algorithm);
                byTier.put(tier, algorithm);
            }
        });
        return byTier;
    }
}
