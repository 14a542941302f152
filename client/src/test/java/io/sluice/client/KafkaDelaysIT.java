package io.sluice.client;

import static io.sluice.client.TestRequests.DEADLINE_MILLIS;
import static io.sluice.client.TestRequests.answer;
import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Callers that wait for their scheduled time, over Kafka, answered by the real streams app. */
final class KafkaDelaysIT {
    private static final String RULES = "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\","
            + "\"rate\":{\"tokens\":4,\"per\":\"1s\"},\"burst\":2}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
    private static TestCluster cluster;
    private static KafkaAdmissions admissions;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(RULES);
        admissions = KafkaAdmissions.connect(cluster.config(100, FailurePolicy.ERROR), METERS);
        TestCluster.awaitReady(admissions);
    }

    @AfterAll
    static void stop() {
        admissions.close();
        cluster.close();
    }

    private static AdmissionRequest waiting(String clientId, long maxWaitMillis) throws Exception {
        return AdmissionRequest.of(clientId).maxWaitMillis(maxWaitMillis).build();
    }

    /** What came of it, and how long that took for its caller. */
    private record Timed(Answer<AdmissionVerdict> answer, long tookMillis) {}

    private static CompletableFuture<Timed> timed(AdmissionRequest request) {
        long startNanos = System.nanoTime();
        return admissions
                .admit(request, DEADLINE_MILLIS)
                .thenApply(it -> new Timed(it, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos)));
    }

    @Test
    void shouldAnswerAtEachScheduledTime_whenManyAskAtOnce() throws Exception {
        // Given
        List<CompletableFuture<Timed>> asked = new ArrayList<>();

        // When
        for (int i = 0; i < 12; i++) {
            asked.add(timed(waiting("acme/alice", 2_000)));
        }

        // Then
        long allowed = 0;
        for (CompletableFuture<Timed> each : asked) {
            Timed timed = answer(each);
            Verdict verdict = verdict(timed.answer());
            allowed += verdict.code() == VerdictCode.ALLOW ? 1 : 0;
            long delayMillis = verdict.details().delayMillis();
            assertThat(delayMillis).isLessThanOrEqualTo(2_000);
            assertThat(verdict.details().action()).isEqualTo(delayMillis > 0 ? ExceedAction.THROTTLE : null);
            assertThat(timed.tookMillis()).isGreaterThanOrEqualTo(delayMillis);
        }
        // Two at once, and one each quarter of a second for two seconds; more if asking took that long.
        assertThat(allowed).isBetween(10L, 12L);
        assertThat(METERS.get("sluice.client.held").gauge().value()).isZero();
        LogOracle oracle = LogOracle.assertAll(
                BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, TestCluster.REPLY_PARTITIONS));
        DecisionHistory.read(BROKER.bootstrapServers())
                .assertGuarantees(oracle, Map.of("per-client", new LimitBound(2, 4, 1_000)), 600_000);
    }

    @Test
    void shouldRefuseAtOnce_whenTheDeadlineIsBeforeTheScheduledTime() throws Exception {
        // Given
        AdmissionRequest request = waiting("acme/bob", 2_000);

        // When / Then
        assertThatThrownBy(() -> admissions.admit(request, 2_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("deadlineMillis: 2000 (expected: above maxWaitMillis, 2000)");
    }
}
