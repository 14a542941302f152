package io.sluice.client;

import static io.sluice.client.TestRequests.DEADLINE_MILLIS;
import static io.sluice.client.TestRequests.admission;
import static io.sluice.client.TestRequests.allowed;
import static io.sluice.client.TestRequests.answer;
import static io.sluice.client.TestRequests.clientId;
import static io.sluice.client.TestRequests.named;
import static io.sluice.client.TestRequests.raw;
import static io.sluice.client.TestRequests.report;
import static io.sluice.client.TestRequests.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.oracle.LogOracle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Admissions over a real broker and the real streams app; every test asks for an account of its own. */
final class KafkaAdmissionsIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static TestCluster cluster;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private KafkaAdmissions admissions;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(TestCluster.RULES);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void connect() {
        admissions = connect(registry);
    }

    @AfterEach
    void assertAgainstLog() {
        admissions.close();
        cluster.assertAgainstLog();
    }

    @Test
    void shouldAllow_whenThereAreTokens() {
        // Given
        AdmissionRequest request = admission("allowed/alice", 3);

        // When
        Verdict verdict = verdict(admissions, request);

        // Then
        assertThat(verdict.code()).isEqualTo(VerdictCode.ALLOW);
        assertThat(verdict.decisionId()).matches("[01]-\\d+");
        VerdictDetails details = verdict.details();
        assertThat(details.reasonCode()).isEqualTo("within-limits");
        assertThat(details.rulesetRevision()).isEqualTo(1);
        assertThat(details.retryAfterMillis()).isZero();
        assertThat(details.replayed()).isFalse();
        assertThat(details.decidingLimit()).isEqualTo(details.limits().get(0));
        assertThat(details.limits())
                .containsExactly(
                        TestCluster.status("per-client", "allowed/alice", TestCluster.CLIENT_BURST, 3),
                        TestCluster.status("per-account", "", TestCluster.ACCOUNT_BURST, 3));
    }

    @Test
    void shouldDenyAndSayWhy_whenThereAreTooFewTokens() {
        // Given
        verdict(admissions, admission("denied/bob", 18));

        // When
        Verdict verdict = verdict(admissions, admission("denied/bob", 5));

        // Then
        VerdictDetails details = verdict.details();
        assertThat(verdict.code()).isEqualTo(VerdictCode.DENY);
        assertThat(details.reasonCode()).isEqualTo("limit-exceeded");
        assertThat(details.reason()).contains("per-client", "2 of 20");
        assertThat(details.decidingLimit().id()).isEqualTo("per-client");
        assertThat(details.decidingLimit().remaining()).isEqualTo(2);
        assertThat(details.retryAfterMillis())
                .isBetween(2 * TestCluster.HOUR_MILLIS, 3 * TestCluster.HOUR_MILLIS)
                .isEqualTo(details.decidingLimit().retryAfterMillis());
        assertThat(details.limits())
                .extracting(LimitStatus::remaining)
                .containsExactly(2L, TestCluster.ACCOUNT_BURST - 18L);
    }

    @Test
    void shouldTakeNothing_whenOnlyLookedAt() {
        // Given
        verdict(admissions, admission("looked/carol", 5));

        // When
        List<QuotaReport> reports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            reports.add(report(admissions, clientId("looked/carol")));
        }

        // Then
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.clientId()).isEqualTo("looked/carol");
            assertThat(report.rulesetRevision()).isEqualTo(1);
            assertThat(report.error()).isNull();
            assertThat(report.limits()).extracting(LimitStatus::remaining).containsExactly(15L, 45L);
        });
    }

    @Test
    void shouldAdmitExactlyTheBursts_whenManyAskAtOnce() {
        // Given: five accounts of one client each, and one account that is shared by three
        List<String> clients = List.of("m1/a", "m2/a", "m3/a", "m4/a", "m5/a", "ms/a", "ms/b", "ms/c");
        Map<String, List<CompletableFuture<Answer<AdmissionVerdict>>>> answers = new TreeMap<>();

        // When
        try (KafkaAdmissions second = connect(new SimpleMeterRegistry());
                KafkaAdmissions third = connect(new SimpleMeterRegistry())) {
            List<KafkaAdmissions> instances = List.of(admissions, second, third);
            for (int i = 0; i < 500; i++) {
                String client = clients.get(i % clients.size());
                answers.computeIfAbsent(client, absent -> new ArrayList<>())
                        .add(instances.get(i % instances.size()).admit(admission(client, 1), DEADLINE_MILLIS));
            }
            answers.values().forEach(all -> all.forEach(TestRequests::answer));
        }

        // Then
        LogOracle oracle = cluster.assertAgainstLog();
        Map<String, Long> allowed = new TreeMap<>();
        answers.forEach((client, all) -> allowed.put(client, allowed(all)));
        for (String client : clients) {
            assertThat(allowed.get(client)).as(client).isEqualTo(oracle.expectedAdmitted(client));
        }
        assertThat(clients.subList(0, 5))
                .allSatisfy(client -> assertThat(allowed.get(client)).isEqualTo(TestCluster.CLIENT_BURST));
        assertThat(allowed.get("ms/a") + allowed.get("ms/b") + allowed.get("ms/c"))
                .isEqualTo(TestCluster.ACCOUNT_BURST);
    }

    @Test
    void shouldAnswerTheSame_whenTheIdempotencyKeyIsUsedAgain() {
        // Given
        AdmissionRequest request = admission("again/dora", 4, "order-1");
        Verdict first = verdict(admissions, request);

        // When
        Verdict second = verdict(admissions, request);

        // Then
        assertThat(first.details().replayed()).isFalse();
        assertThat(second.details().replayed()).isTrue();
        assertThat(second.decisionId()).isNotEqualTo(first.decisionId());
        assertThat(second.details().decidedAtMillis()).isEqualTo(first.details().decidedAtMillis());
        assertThat(second.details().limits()).isEqualTo(first.details().limits());
        assertThat(report(admissions, request.clientId()).limits().get(0).remaining())
                .isEqualTo(16);
    }

    @Test
    void shouldSaySo_whenTheIdempotencyKeyIsUsedForAnotherRequest() {
        // Given
        verdict(admissions, admission("reused/erin", 4, "order-1"));

        // When
        Verdict verdict = verdict(admissions, admission("reused/erin", 5, "order-1"));

        // Then
        assertThat(verdict.code()).isEqualTo(VerdictCode.ERROR);
        assertThat(verdict.error().code()).isEqualTo(WireError.IDEMPOTENCY_KEY_REUSED);
        assertThat(report(admissions, clientId("reused/erin")).limits().get(0).remaining())
                .isEqualTo(16);
    }

    @Test
    void shouldSaySo_whenTheRequestBreaksTheContract() {
        // Given: a request is checked by its builder, not by its constructor
        AdmissionRequest empty = raw(new ClientId("bad//frank", "bad"), Map.of());
        AdmissionRequest torn = raw(new ClientId("bad/half", "bad"), Map.of("note", "\ud800"));
        AdmissionRequest large =
                raw(new ClientId("bad/large", "bad"), Map.of("note", "x".repeat(TopicCatalogue.ADMISSION_BYTES_MAX)));
        AdmissionRequest foreign = raw(new ClientId("bad/george", "worse"), Map.of());

        // When
        List<WireError> errors = Stream.of(empty, torn, large, foreign)
                .map(request -> verdict(admissions, request))
                .map(Verdict::error)
                .toList();

        // Then
        assertThat(errors).extracting(WireError::code).containsOnly(WireError.INVALID_REQUEST);
        assertThat(errors).extracting(WireError::field).containsExactly("clientId", "attributes.note", "", "key");
        assertThat(errors.get(0).detail())
                .isEqualTo("\"bad//frank\" (expected: account[/segment...], no empty segment)");
        assertThat(report(admissions, clientId("bad")).limits().get(1).remaining())
                .isEqualTo(TestCluster.ACCOUNT_BURST);
    }

    @Test
    void shouldBeUnavailableAtOnce_whenTheRequestIsTooLargeForTheLog() {
        // Given
        AdmissionRequest huge =
                raw(new ClientId("huge", "huge"), Map.of("note", "x".repeat(2 * TopicCatalogue.REQUEST_BYTES_MAX)));

        // When
        Answer<AdmissionVerdict> answer = answer(admissions.admit(huge, DEADLINE_MILLIS));

        // Then
        assertThat(answer).isInstanceOf(Answer.Unavailable.class);
        assertThat(((Answer.Unavailable<AdmissionVerdict>) answer).detail())
                .startsWith("the request could not be written: ");
        assertThat(registry.get("sluice.client.timeouts").counter().count()).isZero();
    }

    @Test
    void shouldGetOnlyItsOwnAnswers_whenTwoInstancesShareAReplyPartition() {
        // Given
        SimpleMeterRegistry otherRegistry = new SimpleMeterRegistry();
        try (KafkaAdmissions other = connect(otherRegistry)) {
            List<CompletableFuture<Answer<AdmissionVerdict>>> ours = new ArrayList<>();
            List<CompletableFuture<Answer<AdmissionVerdict>>> others = new ArrayList<>();

            // When
            for (int i = 0; i < 50; i++) {
                ours.add(admissions.admit(named("shared/us", "ours-" + i), DEADLINE_MILLIS));
                others.add(other.admit(named("shared/them", "others-" + i), DEADLINE_MILLIS));
            }

            // Then
            for (int i = 0; i < 50; i++) {
                assertThat(verdict(answer(ours.get(i))).requestId()).isEqualTo("ours-" + i);
                assertThat(verdict(answer(others.get(i))).requestId()).isEqualTo("others-" + i);
            }
        }
        for (SimpleMeterRegistry each : List.of(registry, otherRegistry)) {
            assertThat(each.get("sluice.client.replies.late").counter().count()).isZero();
            assertThat(each.get("sluice.client.timeouts").counter().count()).isZero();
        }
    }

    @Test
    void shouldAnswerAtOnce_whenClosed() {
        // Given
        admissions.close();

        // When
        CompletableFuture<Answer<AdmissionVerdict>> late =
                admissions.admit(admission("closed/gina", 1), DEADLINE_MILLIS);

        // Then
        assertThat(late).isCompletedWithValue(new Answer.Unavailable<>("the client is closing"));
    }

    @Test
    void shouldChargeWhatWasUsed_whenMeteredAsTheDocumentDoes() throws Exception {
        // When
        long inTime = MeteringExample.metered(admissions, "metered/alice", 10, () -> 7);
        long refused = MeteringExample.metered(admissions, "metered/alice", 21, () -> 1);

        // Then
        assertThat(inTime).isEqualTo(7);
        assertThat(refused).isZero();
        assertThat(report(admissions, clientId("metered/alice")).limits().get(0).remaining())
                .isEqualTo(13);
    }

    @Test
    void shouldAdmit_whenAskedAsTheReadmeDoes() throws Exception {
        // Given
        String bootstrapServers = BROKER.bootstrapServers();

        // When
        boolean first = ReadmeExample.mayOrder(bootstrapServers);
        boolean again = ReadmeExample.mayOrder(bootstrapServers);

        // Then
        assertThat(first).isTrue();
        assertThat(again).isTrue();
        assertThat(report(admissions, clientId("acme/alice")).limits().get(0).remaining())
                .isEqualTo(15);
    }

    private static KafkaAdmissions connect(SimpleMeterRegistry registry) {
        return KafkaAdmissions.connect(cluster.quietConfig(1_000, FailurePolicy.ERROR), registry);
    }
}
