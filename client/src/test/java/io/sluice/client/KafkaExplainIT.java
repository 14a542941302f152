package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.testkit.broker.BrokerExtension;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Explanations over Kafka, answered by the real streams app. */
final class KafkaExplainIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static TestCluster cluster;
    private static KafkaAdmissions admissions;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(TestCluster.RULES);
        admissions = KafkaAdmissions.connect(cluster.config(100, FailurePolicy.ERROR), new SimpleMeterRegistry());
        TestCluster.awaitReady(admissions);
    }

    @AfterAll
    static void stop() {
        admissions.close();
        cluster.close();
    }

    @Test
    void shouldSayWhatTheNextVerdictWillBe_whenNobodyElseAsks() throws Exception {
        // Given
        TestRequests.verdict(admissions, TestRequests.admission("acme/alice", 15));
        AdmissionRequest admission = TestRequests.admission("acme/alice", 6);

        // When
        Answer<Explanation> answer = TestRequests.answer(admissions.explain(admission, TestRequests.DEADLINE_MILLIS));
        Explanation explanation = answer.orNull();

        // Then
        assertThat(explanation.limits())
                .extracting(Explanation.ExplainedLimit::id)
                .containsExactly("per-client", "per-account");
        assertThat(((Explanation.Matched) explanation.limits().get(0)).effect().before())
                .isEqualTo(5);
        assertThat(explanation.details().allowed())
                .isEqualTo(TestRequests.verdict(admissions, admission).details().allowed());
        cluster.assertAgainstLog();
    }

    @Test
    void shouldBeRefused_whenTheRequestBreaksTheContract() {
        // Given
        AdmissionRequest admission = TestRequests.raw(new ClientId("acme/", "acme"), Map.of());

        // When
        Answer<Explanation> answer = TestRequests.answer(admissions.explain(admission, TestRequests.DEADLINE_MILLIS));

        // Then
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.error())
                                .extracting(WireError::code, WireError::field)
                                .containsExactly(WireError.INVALID_REQUEST, "clientId"));
    }
}
