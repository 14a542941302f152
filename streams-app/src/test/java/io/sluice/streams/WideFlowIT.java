package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Limits of all accounts on a real broker: two apps with several partitions, one of which stops and comes back. */
final class WideFlowIT {
    private static final int REQUEST_PARTITIONS = 5;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 53;
    private static final int ALL = 150;
    private static final int BY_ADDRESS = 5;
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"own\",\"scope\":\"account\",\"rate\":{\"tokens\":1,\"per\":\"24h\"},\"burst\":12},"
            + "{\"id\":\"all\",\"scope\":\"global\",\"match\":{\"path\":\"/partner\"},"
            + "\"rate\":{\"tokens\":1,\"per\":\"24h\"},\"burst\":" + ALL + "},"
            + "{\"id\":\"address\",\"scope\":[\"global\",\"attribute:ip\"],\"match\":{\"path\":\"/login\"},"
            + "\"algorithm\":\"sliding-window-log\",\"limit\":" + BY_ADDRESS + ",\"window\":{\"per\":\"24h\"}}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
    }

    @Test
    void shouldAdmitExactlyTheLimit_whenAppsOfSeveralPartitionsComeAndGo(@TempDir Path directory) throws Exception {
        // Given
        Random random = new Random(SEED);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            StreamsApp second;
            // When requests come while an app comes, and the other goes
            try (StreamsApp first = start(directory.resolve("first"))) {
                writer.broadcast(
                        TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)),
                        REQUEST_PARTITIONS);
                send(writer, random, sent);
                second = start(directory.resolve("second"));
                send(writer, random, sent);
                assertThat(first.hasFailed()).isFalse();
            }
            try (second) {
                send(writer, random, sent);
                for (Future<RecordMetadata> one : sent) {
                    one.get();
                }
                awaitDecisions(sent.size());
                // Then every message was the right one, and every decision is that of the log
                Awaitility.await()
                        .atMost(Duration.ofMinutes(3))
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> replay().assertMessages());
                assertThat(second.hasFailed()).isFalse();
                LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
                assertThat(oracle.messages()).isGreaterThan(sent.size());
            }
        }
        List<Decision> decisions =
                DecisionHistory.read(BROKER.bootstrapServers()).decisions();
        assertThat(admitted(decisions, "/partner", "")).isEqualTo(ALL);
        for (int address = 0; address < 4; address++) {
            assertThat(admitted(decisions, "/login", "192.0.2." + address)).isEqualTo(BY_ADDRESS);
        }
    }

    private static StreamsApp start(Path stateDir) throws Exception {
        StreamsApp app = StreamsApp.start(
                new StreamsAppConfig(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers(), "num.standby.replicas", "0"),
                        stateDir,
                        TestKeys.TRUSTED,
                        TestKeys.RULES,
                        StreamsAppConfig.Limits.standard()),
                new SimpleMeterRegistry());
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(app::isRunning);
        return app;
    }

    private static void send(TopicWriter writer, Random random, List<Future<RecordMetadata>> sent)
            throws WireException {
        for (int i = 0; i < 250; i++) {
            boolean partner = random.nextInt(4) != 0;
            AdmissionRequest request = AdmissionRequest.of("account-" + random.nextInt(40))
                    .route(new Route("POST", partner ? "/partner" : "/login", ""))
                    .attribute("ip", "192.0.2." + random.nextInt(4))
                    .idempotencyKey(random.nextInt(4) == 0 ? "key-" + random.nextInt(200) : null)
                    .build();
            sent.add(writer.askLater(request.repliedTo(null)));
        }
    }

    /** Until every request is decided in the log; those whose key another one had count, too. */
    private static void awaitDecisions(int count) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> replay().outcomes().size() == count);
    }

    private static LogOracle replay() {
        return LogOracle.replay(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
    }

    private static long admitted(List<Decision> decisions, String path, String address) {
        return decisions.stream()
                .filter(decision ->
                        decision.details().allowed() && !decision.details().replayed())
                .filter(decision -> decision.request().route().path().equals(path))
                .filter(decision -> address.isEmpty()
                        || address.equals(decision.request().attributes().get("ip")))
                .count();
    }
}
