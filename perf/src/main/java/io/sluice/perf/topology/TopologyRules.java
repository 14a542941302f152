package io.sluice.perf.topology;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.keys.TestKeys;
import java.util.List;

/** The rulesets under which the app is measured: one limit, or four that all apply to every request. */
public final class TopologyRules {
    static final int LIMITS_MAX = 4;
    private static final List<String> LIMITS = List.of(
            "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":20,\"per\":\"1m\"},\"burst\":20}",
            "{\"id\":\"per-team\",\"scope\":\"client:2\",\"rate\":{\"tokens\":50,\"per\":\"1m\"},\"burst\":50}",
            "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":1000,\"per\":\"1m\"},\"burst\":200}",
            "{\"id\":\"per-client-hour\",\"algorithm\":\"fixed-window\",\"scope\":\"client\",\"limit\":1000,"
                    + "\"window\":{\"per\":\"1h\"}}");

    private TopologyRules() {}

    /** The first so many of the limits. */
    static String document(int limits) {
        return "{\"limits\":[" + String.join(",", LIMITS.subList(0, limits)) + "]}";
    }

    /** Puts a ruleset into every request partition. */
    public static void activate(String bootstrapServers, String document) {
        String payload = ActivationCodec.encode(new RulesetActivation(1, document, "perf", "benchmark"));
        try (TopicWriter writer = new TopicWriter(bootstrapServers)) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, payload), PerfCluster.REQUEST_PARTITIONS);
        }
    }
}
