package io.sluice.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.LiveCluster;
import io.sluice.engine.state.Outcome;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.ExpectedOutcome;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Holds what the cluster left, and what callers saw, against the log. */
final class Verification {
    static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":20},"
            + "{\"id\":\"per-account\",\"scope\":\"account\",\"rate\":{\"tokens\":100,\"per\":\"1s\"},\"burst\":400}]}";

    private static final Map<String, LimitBound> BOUNDS =
            Map.of("per-client", new LimitBound(20, 5, 1_000), "per-account", new LimitBound(400, 100, 1_000));
    private static final long IDEMPOTENCY_WINDOW_MILLIS = 600_000;
    private static final int SHOWN_MAX = 5;

    private final String bootstrapServers;
    private long localAdmissions;

    Verification(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Asserts that decisions, replies, dead letters and holds are what the log demands, that the guarantees hold, and
     * that what callers were told in this round is what the log says.
     */
    void check(Round round) {
        LogOracle oracle = LiveCluster.agreed(this::agreed);
        assertThat(lost(oracle, round.calls()))
                .as("verdicts of callers that the log does not have")
                .isEmpty();
        localAdmissions += round.calls().stream()
                .filter(call -> call.local() && call.allowed())
                .count();
        assertThat(localAdmissions)
                .as("admissions by front ends, against the tokens that leases took")
                .isLessThanOrEqualTo(oracle.expectedLeased());
        assertThat(round.unanswered().stream().limit(SHOWN_MAX))
                .as("callers without any answer (the first %s)", SHOWN_MAX)
                .isEmpty();
    }

    private LogOracle agreed() {
        LogOracle oracle =
                LogOracle.assertAll(bootstrapServers, new OracleConfig(TestKeys.TRUSTED, Deployment.REPLY_PARTITIONS));
        DecisionHistory.read(bootstrapServers).assertGuarantees(oracle, BOUNDS, IDEMPOTENCY_WINDOW_MILLIS);
        return oracle;
    }

    private static List<String> lost(LogOracle oracle, List<SeenCall> calls) {
        List<String> lost = new ArrayList<>();
        for (SeenCall call : calls) {
            if (call.decisionId() == null || !call.isDecided()) {
                continue;
            }
            ExpectedOutcome expected = oracle.outcomes().get(call.decisionId());
            Outcome outcome = expected == null ? null : expected.outcome();
            if (expected == null
                    || outcome == null
                    || outcome.allowed() != call.allowed()
                    || !expected.request().clientId().text().equals(call.clientId())) {
                lost.add(call + " but the log says " + expected);
            }
        }
        return lost;
    }
}
