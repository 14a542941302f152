package io.sluice.client;

import static io.sluice.client.TestRequests.DEADLINE_MILLIS;
import static io.sluice.client.TestRequests.admission;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.fastpath.FastAdmissions;
import io.sluice.client.fastpath.FastPath;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Front ends that answer by themselves, over a real broker and the real streams app. */
final class FastPathIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static final long BURST = 2_000;
    private static final long PER_SECOND = 500;
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":500,\"per\":\"1s\"},\"burst\":2000}]}";
    private static final String SLOW_RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"10h\"},\"burst\":20}]}";
    private static final Duration ASK_WITHIN = Duration.ofMinutes(3);
    private static final FastPath CONFIG = FastPath.standard();

    private static TestCluster cluster;

    @BeforeAll
    static void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        cluster.publisher().publish(RULES);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** A front end, with what its callers were told. */
    private static final class Front implements AutoCloseable {
        private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        private final KafkaAdmissions kafka;
        private final FastAdmissions fast;
        private final List<CompletableFuture<Answer<AdmissionVerdict>>> answers = new ArrayList<>();
        private final List<AdmissionRequest> requests = new ArrayList<>();

        Front() {

            FailurePolicies policies = (request, detail) -> FailurePolicy.ERROR.answer(detail);
            this.kafka = KafkaAdmissions.connect(cluster.config(10_000, FailurePolicy.ERROR), registry);
            this.fast = FastAdmissions.start(new FastAdmissions.Backend(kafka, kafka, policies), CONFIG, registry);
            TestCluster.awaitReady(fast);
        }

        void ask(String clientId, long cost) {
            AdmissionRequest request = admission(clientId, cost);
            requests.add(request);
            answers.add(fast.admit(request, DEADLINE_MILLIS));
        }

        /** How many it has answered by itself until now. */
        int localNow() {
            return (int) answers.stream()
                    .filter(CompletableFuture::isDone)
                    .map(CompletableFuture::join)
                    .filter(answer -> answer.orNull() instanceof AdmissionVerdict.Local)
                    .count();
        }

        long allowedTokens(boolean local) {
            long tokens = 0;
            for (int i = 0; i < answers.size(); i++) {
                boolean counts = isLocal(i) == local && details(i).code() == VerdictCode.ALLOW;
                tokens += counts ? requests.get(i).cost() : 0;
            }
            return tokens;
        }

        long count(VerdictCode what, boolean local) {
            long count = 0;
            for (int i = 0; i < answers.size(); i++) {
                count += isLocal(i) == local && details(i).code() == what ? 1 : 0;
            }
            return count;
        }

        private boolean isLocal(int index) {
            return TestRequests.answer(answers.get(index)).orNull() instanceof AdmissionVerdict.Local;
        }

        private VerdictDetails details(int index) {
            Answer<AdmissionVerdict> answer = TestRequests.answer(answers.get(index));
            assertThat(answer).isInstanceOf(Answer.Answered.class);
            VerdictDetails details = answer.orNull().details();
            assertThat(details).as("%s", answer).isNotNull();
            return details;
        }

        /** The decision IDs that were told, and the bases of local answers. */
        Set<String> decisionIds() {
            return answers.stream()
                    .map(TestRequests::answer)
                    .map(Answer::orNull)
                    .filter(AdmissionVerdict.Recorded.class::isInstance)
                    .map(answer ->
                            ((AdmissionVerdict.Recorded) answer).verdict().decisionId())
                    .collect(Collectors.toSet());
        }

        List<AdmissionVerdict.Basis> bases() {
            return answers.stream()
                    .map(TestRequests::answer)
                    .map(Answer::orNull)
                    .filter(AdmissionVerdict.Local.class::isInstance)
                    .map(answer -> ((AdmissionVerdict.Local) answer).basis())
                    .toList();
        }

        @Override
        public void close() {
            fast.close();
            kafka.close();
        }
    }

    /** Both ask in turn, more than the limit gives, until each has answered so many by itself. */
    private static void askTogether(List<Front> fronts, String clientId, int local) throws InterruptedException {
        long startNanos = System.nanoTime();
        List<Integer> before =
                fronts.stream().map(front -> front.localNow() + local).toList();
        for (int number = 0; System.nanoTime() - startNanos < ASK_WITHIN.toNanos(); number++) {
            fronts.get(number % fronts.size()).ask(clientId, 1 + number % 3);
            if (number % 200 == 0
                    && IntStream.range(0, before.size())
                            .allMatch(i -> fronts.get(i).localNow() >= before.get(i))) {
                return;
            }
            // The load: a request now and then, not a wait for a condition.
            Thread.sleep(0, 300_000);
        }
    }

    @Test
    void shouldAdmitWhatWasDebitedAndTellAllOfIt_whenTwoFrontEndsAnswerOneKey() throws Exception {
        // Given
        String clientId = "shared/hot";
        long startMillis = System.currentTimeMillis();
        List<Front> fronts = List.of(new Front(), new Front());

        // When: with a change of the rules on the way
        askTogether(fronts, clientId, 500);
        cluster.publisher().publish(RULES);
        askTogether(fronts, clientId, 500);
        long localAllowed = sum(fronts, front -> front.count(VerdictCode.ALLOW, true));
        long localDenied = sum(fronts, front -> front.count(VerdictCode.DENY, true));
        long exact = sum(fronts, front -> front.count(VerdictCode.ALLOW, false) + front.count(VerdictCode.DENY, false));
        long localTokens = sum(fronts, front -> front.allowedTokens(true));
        long exactTokens = sum(fronts, front -> front.allowedTokens(false));
        fronts.forEach(Front::close);

        // Then: what was answered is what the decision topic says. A lease whose grant came too late ends once the time
        // of its partition is past its end, and records alone bring that on.
        try (KafkaAdmissions clock =
                KafkaAdmissions.connect(cluster.config(10, FailurePolicy.ERROR), new SimpleMeterRegistry())) {
            Awaitility.await("lease reports").atMost(Duration.ofMinutes(3)).until(() -> {
                TestRequests.report(clock, TestRequests.clientId(clientId));
                return Seen.read(clientId).isComplete();
            });
        }
        Seen told = Seen.read(clientId);

        assertThat(localAllowed).as(told.toString()).isPositive();
        assertThat(told.allowed).isEqualTo(localAllowed);
        assertThat(told.denied).isEqualTo(localDenied);
        assertThat(told.spentTokens).isEqualTo(localTokens);
        assertThat(told.decisions).isEqualTo(exact);
        // and no more than the limit gives
        long millis = System.currentTimeMillis() - startMillis;
        assertThat(localTokens + exactTokens)
                .isLessThanOrEqualTo(BURST + PER_SECOND * (millis + CONFIG.leaseMillis()) / 1_000);
        LogOracle.assertAll(
                BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, TestCluster.REPLY_PARTITIONS));
    }

    @Test
    void shouldCountWhatCallersSaw_whenOneHotClientIsDeniedMostly() throws Exception {
        // Given: 20 tokens and no more for hours
        String clientId = "slow/hot";
        cluster.publisher().publish(SLOW_RULES);
        Front front = new Front();

        // When
        for (int i = 0; i < 200; i++) {
            front.ask(clientId, 1);
            // The load: so many a second that the client is hot for most of it.
            Thread.sleep(5);
        }
        long allowed = front.count(VerdictCode.ALLOW, false) + front.count(VerdictCode.ALLOW, true);
        long denied = front.count(VerdictCode.DENY, false) + front.count(VerdictCode.DENY, true);
        long local = front.count(VerdictCode.ALLOW, true) + front.count(VerdictCode.DENY, true);
        Set<String> decisionIds = front.decisionIds();
        front.close();

        // Then: the sums over all records are what the callers saw
        try (KafkaAdmissions clock =
                KafkaAdmissions.connect(cluster.config(10, FailurePolicy.ERROR), new SimpleMeterRegistry())) {
            Awaitility.await("reports").atMost(Duration.ofMinutes(3)).until(() -> {
                TestRequests.report(clock, TestRequests.clientId(clientId));
                Seen told = Seen.read(clientId);
                return told.isComplete() && told.allowedOfAll + told.deniedOfAll == 200;
            });
        }
        Seen told = Seen.read(clientId);
        assertThat(local).isPositive();
        assertThat(List.of(allowed, denied)).containsExactly(20L, 180L);
        assertThat(List.of(told.allowedOfAll, told.deniedOfAll, told.charged)).containsExactly(20L, 180L, 20L);
        // and every decision ID that a caller was told is that of a record of its own; local answers name what they
        // rest on
        assertThat(decisionIds).isEqualTo(told.decisionIds).hasSize((int) (200 - local));
        assertThat(front.bases())
                .hasSize((int) local)
                .allSatisfy(basis -> assertThat(
                                basis instanceof AdmissionVerdict.Lease lease
                                        ? told.leaseIds.contains(lease.leaseId())
                                        : told.decisionIds.contains(((AdmissionVerdict.Denial) basis).decisionId()))
                        .as("%s", basis)
                        .isTrue());
        cluster.publisher().publish(RULES);
    }

    private static long sum(List<Front> fronts, java.util.function.ToLongFunction<Front> count) {
        return fronts.stream().mapToLong(count).sum();
    }

    /** What the decision topic says of one client. */
    private static final class Seen {
        private long leases;
        private long ended;
        private long allowed;
        private long denied;
        private long spentTokens;
        private long decisions;
        private long expired;
        private long late;
        private long allowedOfAll;
        private long deniedOfAll;
        private long charged;
        private final Set<String> decisionIds = new HashSet<>();
        private final Set<String> leaseIds = new HashSet<>();

        static Seen read(String clientId) throws Exception {
            Seen told = new Seen();
            for (var record : TopicReader.readAll(
                    BROKER.bootstrapServers(), TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)) {
                told.add(clientId, DecisionCodec.read(record.value()));
            }
            return told;
        }

        private void add(String clientId, DecisionRecord record) {
            if (clientOf(record).equals(clientId)) {
                allowedOfAll += record.allowed();
                deniedOfAll += record.denied();
                charged += record.charged();
            }
            if (record instanceof LeaseRecord lease
                    && lease.request().admission().clientId().text().equals(clientId)) {
                leases += lease.charged() > 0 ? 1 : 0;
                leaseIds.add(lease.decisionId());
            } else if (record instanceof LeaseReportRecord report
                    && report.clientId().text().equals(clientId)) {
                ended += report.leaseId() == null ? 0 : 1;
                spentTokens += report.told() == null ? 0 : report.spent();
                expired += report.outcome() == LeaseReportRecord.Outcome.EXPIRED ? 1 : 0;
                late += report.outcome() == LeaseReportRecord.Outcome.LATE ? 1 : 0;
                allowed += report.told() == null ? 0 : report.told().allowed();
                denied += report.told() == null ? 0 : report.told().denied();
            } else if (record instanceof Decision decision
                    && decision.request().clientId().text().equals(clientId)) {
                decisions++;
                decisionIds.add(decision.decisionId());
                leases += decision.granted() > 0 ? 1 : 0;
                // One that lent nothing says when there is more.
                if (decision.request().lease() != null) {
                    leaseIds.add(decision.decisionId());
                }
            }
        }

        private static String clientOf(DecisionRecord record) {
            if (record instanceof LeaseRecord lease) {
                return lease.request().admission().clientId().text();
            } else if (record instanceof LeaseReportRecord report) {
                return report.clientId().text();
            }
            return record instanceof Decision decision
                    ? decision.request().clientId().text()
                    : "";
        }

        boolean isComplete() {
            return ended >= leases;
        }

        @Override
        public String toString() {
            return "leases " + leases + " ended " + ended + " expired " + expired + " late " + late + " allowed "
                    + allowed + " denied " + denied + " spent " + spentTokens + " decisions " + decisions;
        }
    }
}
