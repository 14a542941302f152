package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.replica.ReplicaConfig;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.keys.TestKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A reply replica beside the streams app: what it adds, what it hides, and what happens if it decides differently. */
final class ReplyReplicaIT {
    private static final int REQUESTS = 40;
    private static final Duration WITHIN = Duration.ofMinutes(3);
    /** One that takes no ruleset from the rules key. */
    private static final TrustedKeys OTHERS = new TrustedKeys(TestKeys.COMMANDS_PUBLIC, TestKeys.RULES_PUBLIC);

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static TestCluster cluster;

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SimpleMeterRegistry ofReplica = new SimpleMeterRegistry();
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
    void connect() throws Exception {
        cluster.startApp();
        admissions = KafkaAdmissions.connect(cluster.quietConfig(1_000, FailurePolicy.ERROR), registry);
        TestCluster.awaitReady(admissions);
        // So that the app has state, in each partition, before a replica begins.
        for (int i = 0; i < REQUESTS; i++) {
            ask("before-" + i, 1);
        }
    }

    @AfterEach
    void close() {
        admissions.close();
    }

    @Test
    void shouldGiveEachRequestTwoEqualReplies_whenAReplicaRuns() throws Exception {
        // Given
        try (StreamsApp replica = replica(TestKeys.TRUSTED)) {
            assertThat(counted(ofReplica, "sluice.replica.starts", "from", "state"))
                    .isEqualTo(TestCluster.REQUEST_PARTITIONS);

            // An app that has just started may have answered one of those before too late.
            double lateBefore = counted(registry, "sluice.client.replies.late");

            // When: the second request of each client is denied
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(ask("twice-" + i, TestCluster.CLIENT_BURST)).isEqualTo(VerdictCode.ALLOW);
                assertThat(ask("twice-" + i, 1)).isEqualTo(VerdictCode.DENY);
            }

            // Then
            Awaitility.await().atMost(WITHIN).until(() -> compared("equal") >= 2 * REQUESTS);
            assertThat(compared("different")).isZero();
            assertThat(counted(registry, "sluice.client.replies.late")).isEqualTo(lateBefore);
            Awaitility.await()
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(replica.ready().detail()).isEmpty());
            assertThat(ofReplica.find("sluice.decisions").counters()).isEmpty();
            assertThat(counted(ofReplica, "sluice.replica.replies.withheld")).isZero();
        }
    }

    @Test
    void shouldAnswerOn_whenTheAppIsGone() throws Exception {
        // Given
        try (StreamsApp replica = replica(TestKeys.TRUSTED)) {
            assertThat(ask("alone", TestCluster.CLIENT_BURST - 1)).isEqualTo(VerdictCode.ALLOW);

            // When
            cluster.stopApp();

            // Then: it goes on with what has been charged
            assertThat(ask("alone", 1)).isEqualTo(VerdictCode.ALLOW);
            assertThat(ask("alone", 1)).isEqualTo(VerdictCode.DENY);

            // When: the app decides what it missed, and its replies come after all
            cluster.startApp();

            // Then
            Awaitility.await().atMost(WITHIN).until(() -> compared("equal") >= 3);
            assertThat(ask("alone", 1)).isEqualTo(VerdictCode.DENY);
            assertThat(compared("different")).isZero();
            assertThat(replica.hasFailed()).isFalse();
        }
    }

    @Test
    void shouldRaiseTheAlarm_whenAReplicaDecidesDifferently() throws Exception {
        // Given: a replica that stays with the old rules
        try (StreamsApp replica = replica(OTHERS)) {
            cluster.publisher().publish(TestCluster.RULES.replace("\"burst\":20", "\"burst\":1"));
            try {
                // When
                for (int i = 0; i < REQUESTS; i++) {
                    ask("differs-" + i, 2);
                }

                // Then
                Awaitility.await().atMost(WITHIN).until(() -> compared("different") >= REQUESTS);
                assertThat(replica.hasFailed()).isFalse();
            } finally {
                cluster.publisher().publish(TestCluster.RULES);
            }
        }
    }

    @Test
    void shouldRefuseToStart_whenNobodyKnowsWhatTheBeginningOfTheLogWas() throws Exception {
        // Given
        TopicPartition log = new TopicPartition(TopicCatalogue.REQUESTS, 0);
        try (Admin admin = Admin.create(new HashMap<>(cluster.kafka()))) {
            admin.deleteRecords(Map.of(log, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }

        // When / Then: there is no state under this application ID
        assertThatThrownBy(() -> replica(TestKeys.TRUSTED, Map.of("application.id", "nobody")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("sluice.requests.v1 partition 0: begins at offset 1, and"
                        + " nobody-sluice-state-changelog has no state for it"
                        + " (expected: a log from offset 0, or the state of a streams app;"
                        + " start the streams app first)");
    }

    private StreamsApp replica(TrustedKeys keys) throws StartupException {
        return replica(keys, Map.of());
    }

    private StreamsApp replica(TrustedKeys keys, Map<String, String> properties) throws StartupException {
        Map<String, String> kafka = new HashMap<>(Map.of("bootstrap.servers", BROKER.bootstrapServers()));
        kafka.putAll(properties);
        StreamsApp app = StreamsApp.start(
                StreamsAppConfig.replica(
                        kafka, directory, keys, StreamsAppConfig.Limits.standard(), ReplicaConfig.standard()),
                ofReplica);
        Awaitility.await("replica").atMost(WITHIN).until(app::isRunning);
        return app;
    }

    private VerdictCode ask(String account, long cost) {
        return TestRequests.verdict(admissions, TestRequests.admission(account + "/ada", cost))
                .code();
    }

    private double compared(String outcome) {
        return counted(registry, "sluice.client.replies.compared", "outcome", outcome);
    }

    private static double counted(SimpleMeterRegistry meters, String name, String... tags) {
        return meters.get(name).tags(tags).counter().count();
    }
}
