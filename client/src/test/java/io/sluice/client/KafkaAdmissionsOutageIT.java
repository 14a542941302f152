package io.sluice.client;

import static io.sluice.client.TestRequests.admission;
import static io.sluice.client.TestRequests.answer;
import static io.sluice.client.TestRequests.clientId;
import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.oracle.LogOracle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What callers are told while the broker is there and the streams app is not; after each test it is back. */
final class KafkaAdmissionsOutageIT {
    private static final long SHORT_MILLIS = 300;
    private static final int PENDING_MAX = 10;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static TestCluster cluster;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(TestCluster.RULES);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void assertAgainstLog() throws Exception {
        cluster.startApp();
        cluster.assertAgainstLog();
    }

    @Test
    void shouldBeReadyOnlyWhileTheAppAnswers_whenItIsStoppedAndStarted() throws Exception {
        // Given
        try (KafkaAdmissions admissions = connect(FailurePolicy.ERROR, registry)) {
            TestCluster.awaitReady(admissions);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(admissions.readiness()).isEqualTo(new Readiness(true, "")));

            // When
            cluster.stopApp();

            // Then
            Awaitility.await()
                    .untilAsserted(() -> assertThat(admissions.readiness())
                            .isEqualTo(new Readiness(
                                    false,
                                    "request partition 0 no longer answers; request partition 1 no longer answers")));
            try (KafkaAdmissions newBucket = connect(FailurePolicy.ERROR, new SimpleMeterRegistry())) {
                assertThat(newBucket.readiness().detail())
                        .isEqualTo("request partition 0 has not answered yet;"
                                + " request partition 1 has not answered yet");
            }

            // When it is back
            cluster.startApp();

            // Then
            TestCluster.awaitReady(admissions);
        }
    }

    @Test
    void shouldNeverForgetTheTopic_whenTheProducerLooksForTheClusterAllTheTime() {
        // Given: a producer that looks for it between any two requests, and no pings but the first to remind it
        Map<String, String> kafka = new HashMap<>(cluster.kafka());
        kafka.put("metadata.max.age.ms", "10");
        ClientConfig config = new ClientConfig(kafka, 0, PENDING_MAX, FailurePolicy.ERROR, Duration.ofHours(1));

        try (KafkaAdmissions admissions = KafkaAdmissions.connect(config, registry)) {
            for (int i = 0; i < 100; i++) {
                // When
                Verdict verdict = verdict(admissions, admission("known/a", 0));

                // Then
                assertThat(verdict.details()).isNotNull();
            }
        }
    }

    @Test
    void shouldEndAtTheDeadlineByThePolicy_whenNothingAnswers() {
        // Given
        cluster.stopApp();
        String detail = "no verdict within " + SHORT_MILLIS + " ms";

        try (KafkaAdmissions error = connect(FailurePolicy.ERROR, new SimpleMeterRegistry());
                KafkaAdmissions allow = connect(FailurePolicy.ALLOW, new SimpleMeterRegistry());
                KafkaAdmissions deny = connect(FailurePolicy.DENY, new SimpleMeterRegistry())) {
            // When
            long startNanos = System.nanoTime();
            CompletableFuture<Answer<AdmissionVerdict>> errorAnswer = error.admit(admission("gone/a", 1), SHORT_MILLIS);
            CompletableFuture<Answer<AdmissionVerdict>> allowAnswer = allow.admit(admission("gone/b", 1), SHORT_MILLIS);
            CompletableFuture<Answer<AdmissionVerdict>> denyAnswer = deny.admit(admission("gone/c", 1), SHORT_MILLIS);
            CompletableFuture<Answer<QuotaReport>> quotaAnswer = allow.quota(clientId("gone/d"), SHORT_MILLIS);
            CompletableFuture<Answer<AdmissionVerdict>> onlyVerdict =
                    allow.withoutFailurePolicies().admit(admission("gone/e", 1), SHORT_MILLIS);

            // Then: a quota has no policy, there is nothing to let through
            assertThat(answer(errorAnswer)).isEqualTo(new Answer.Unavailable<>(detail));
            assertThat(answer(allowAnswer)).isEqualTo(new Answer.Degraded<>(true, detail));
            assertThat(answer(denyAnswer)).isEqualTo(new Answer.Degraded<>(false, detail));
            assertThat(answer(quotaAnswer)).isEqualTo(new Answer.Unavailable<>(detail));
            assertThat(answer(onlyVerdict)).isEqualTo(new Answer.Unavailable<>(detail));
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                    .isBetween(Duration.ofMillis(SHORT_MILLIS), Duration.ofSeconds(10));
        }
    }

    @Test
    void shouldEndByThePolicyOfTheAdmission_whenNothingAnswers() {
        // Given
        cluster.stopApp();
        FailurePolicies byAccount = (request, detail) ->
                new Answer.Degraded<>(request.clientId().account().equals("vip"), request.clientId() + ": " + detail);
        String detail = "no verdict within " + SHORT_MILLIS + " ms";

        try (KafkaAdmissions admissions =
                KafkaAdmissions.connect(cluster.config(PENDING_MAX, FailurePolicy.ERROR), byAccount, registry)) {
            // When
            CompletableFuture<Answer<AdmissionVerdict>> vip = admissions.admit(admission("vip/a", 1), SHORT_MILLIS);
            CompletableFuture<Answer<AdmissionVerdict>> other = admissions.admit(admission("gone/a", 1), SHORT_MILLIS);

            // Then
            assertThat(answer(vip)).isEqualTo(new Answer.Degraded<>(true, "vip/a: " + detail));
            assertThat(answer(other)).isEqualTo(new Answer.Degraded<>(false, "gone/a: " + detail));
        }
    }

    @Test
    void shouldTurnAwayAtOnce_whenTooManyWait() {
        // Given
        cluster.stopApp();
        try (KafkaAdmissions admissions = connect(FailurePolicy.ERROR, registry)) {
            Answer<AdmissionVerdict> full = new Answer.Unavailable<>(PENDING_MAX + " requests are waiting already");

            // When
            long turnedAway = IntStream.range(0, 5 * PENDING_MAX)
                    .mapToObj(i -> admissions.admit(admission("many/a", 1), TestRequests.DEADLINE_MILLIS))
                    .filter(asked -> asked.isDone() && answer(asked).equals(full))
                    .count();

            // Then: the client's own pings take some of the places
            assertThat(turnedAway).isBetween(4L * PENDING_MAX, 5L * PENDING_MAX - 1);
            assertThat(registry.get("sluice.client.overflows").counter().count())
                    .isGreaterThanOrEqualTo(turnedAway);
            assertThat(registry.get("sluice.client.pending").gauge().value()).isLessThanOrEqualTo(PENDING_MAX);
            assertThat(registry.get("sluice.client.pending.max").gauge().value())
                    .isEqualTo(PENDING_MAX);
        }
    }

    @Test
    void shouldBeChargedOnce_whenAskedAgainAfterATimeout() throws Exception {
        // Given
        cluster.stopApp();
        AdmissionRequest request = admission("retry/a", 7, "order-1");
        try (KafkaAdmissions admissions = connect(FailurePolicy.ERROR, registry)) {
            Answer<AdmissionVerdict> first = answer(admissions.admit(request, SHORT_MILLIS));

            // When
            cluster.startApp();
            Verdict second = verdict(admissions, request);

            // Then
            assertThat(first).isInstanceOf(Answer.Unavailable.class);
            assertThat(second.details().replayed()).isTrue();
            assertThat(second.details().limits().get(0).remaining()).isEqualTo(TestCluster.CLIENT_BURST - 7);
            Awaitility.await()
                    .until(() ->
                            registry.get("sluice.client.replies.late").counter().count() >= 1);
        }
        LogOracle oracle = cluster.assertAgainstLog();
        assertThat(oracle.expectedAdmitted("retry/a")).isEqualTo(1);
    }

    private static KafkaAdmissions connect(FailurePolicy failurePolicy, SimpleMeterRegistry registry) {
        return KafkaAdmissions.connect(cluster.config(PENDING_MAX, failurePolicy), registry);
    }
}
