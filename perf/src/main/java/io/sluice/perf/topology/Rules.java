package io.sluice.perf.topology;

import io.sluice.perf.kafka.PerfCluster;
import io.sluice.schemas.control.ControlKey;
import java.util.List;

/** The two rulesets under which the app is measured; each has a key of its own, so that both stand in one log. */
enum Rules {
    ONE_LIMIT(1),
    TWO_LIMITS(2);

    private static final List<String> LIMITS = List.of(
            "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":20,\"per\":\"1m\"},\"burst\":20}",
            "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":1000,\"per\":\"1m\"},\"burst\":200}");

    private final int limits;

    Rules(int limits) {
        this.limits = limits;
    }

    int limits() {
        return limits;
    }

    ControlKey key() {
        byte[] bytes = new byte[ControlKey.BYTES_MIN];
        bytes[0] = (byte) limits;
        return new ControlKey(bytes);
    }

    void activate(PerfCluster cluster) {
        cluster.activate(key(), 1, "{\"limits\":[" + String.join(",", LIMITS.subList(0, limits)) + "]}");
    }
}
