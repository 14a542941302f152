package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.BrokerConfig;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.wide.WideTarget;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One single request partition cannot be written, while others can: it is the only one on a second broker, which goes.
 * Who does not need it is served, also by an app that takes over meanwhile; afterwards every message arrives.
 */
@Tag("long")
final class WideOutageIT {
    private static final int PARTITIONS = 4;
    private static final int ALL = 150;
    private static final int REQUESTS = 40;
    /** It owns the one bucket of everybody. */
    private static final int AWAY = new WideTarget("all", "", 0).owner(PARTITIONS);

    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"own\",\"scope\":\"account\",\"rate\":{\"tokens\":1,\"per\":\"24h\"},\"burst\":1000},"
            + "{\"id\":\"all\",\"scope\":\"global\",\"match\":{\"path\":\"/partner\"},"
            + "\"rate\":{\"tokens\":1,\"per\":\"24h\"},\"burst\":" + ALL + "},"
            + "{\"id\":\"address\",\"scope\":[\"global\",\"attribute:ip\"],\"match\":{\"path\":\"/login\"},"
            + "\"rate\":{\"tokens\":1,\"per\":\"24h\"},\"burst\":1000}]}";

    @TempDir
    private Path directory;

    private EmbeddedBroker first;
    private EmbeddedBroker second;
    private Map<String, String> secondsProperties;
    private Admin admin;
    private int sentPartner;
    private int sentLogin;

    @BeforeEach
    void start() throws Exception {
        int clients = freePort();
        int controller = freePort();
        int others = freePort();
        String quorum = "1@127.0.0.1:" + controller;
        first = EmbeddedBroker.start(new BrokerConfig(
                directory.resolve("first"),
                "127.0.0.1",
                clients,
                Map.of(
                        "controller.quorum.voters",
                        quorum,
                        "listeners",
                        "PLAINTEXT://127.0.0.1:" + clients + ",CONTROLLER://127.0.0.1:" + controller)));
        secondsProperties = Map.of(
                "process.roles",
                "broker",
                "node.id",
                "2",
                "controller.quorum.voters",
                quorum,
                "listeners",
                "PLAINTEXT://127.0.0.1:" + others,
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:" + others);
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, first.bootstrapServers()));
        List<NewTopic> topics = TopicCatalogue.topics(PARTITIONS, 1).stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) 1).configs(spec.config()))
                .toList();
        admin.createTopics(topics).all().get();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        admin.close(Duration.ofSeconds(5));
        if (second != null) {
            second.close();
        }
        first.close();
    }

    @Test
    void shouldServeAllOthersAndLoseNothing_whenOnePartitionCannotBeWritten() throws Exception {
        try (TopicWriter writer = new TopicWriter(first.bootstrapServers())) {
            StreamsApp next;
            SimpleMeterRegistry nextRegistry = new SimpleMeterRegistry();
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            try (StreamsApp app = start("app", registry)) {
                // Given: the app's own topics are on the first broker, before there is another
                writer.broadcast(
                        TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), PARTITIONS);
                ask(writer);
                awaiting().until(() -> decided("/partner") == sentPartner && decided("/login") == sentLogin);
                moveAway();
                ask(writer);
                awaiting().until(() -> decided("/partner") == sentPartner && decided("/login") == sentLogin);
                int before = sentPartner;

                // When
                second.close();
                second = null;
                ask(writer);

                // Then: the others have their verdicts
                awaiting().until(() -> decided("/login") == sentLogin);
                awaiting().until(() -> unwritten(registry) > 0);
                assertThat(decided("/partner")).isEqualTo(before);
                assertThat(app.hasFailed()).isFalse();
            }
            next = start("next", nextRegistry);
            try (next) {
                // An app that takes over has the messages, too, and puts new ones behind them
                ask(writer);
                awaiting().until(() -> decided("/login") == sentLogin);
                awaiting().until(() -> unwritten(nextRegistry) > 0);
                assertThat(next.hasFailed()).isFalse();

                // When it is back
                second = startSecond();
                ask(writer);
                ask(writer);

                // Then: every message has arrived once, each voucher has ended, and all of the limit is used
                awaiting().until(() -> unwritten(nextRegistry) == 0);
                awaiting().untilAsserted(() -> replay().assertMessages());
                assertThat(admitted()).isEqualTo(ALL);
                assertThat(next.hasFailed()).isFalse();
                awaiting()
                        .untilAsserted(() -> assertThat(RunningApp.assertAgainstLog(first.bootstrapServers(), 1)
                                        .messages())
                                .isGreaterThan(2L * sentPartner));
            }
        }
    }

    private static ConditionFactory awaiting() {
        return Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(500));
    }

    /** Puts the partition on a broker of its own. */
    private void moveAway() throws Exception {
        Path log = Files.createDirectories(directory.resolve("second").resolve("log"));
        Files.writeString(
                log.resolve("meta.properties"),
                "version=1\nnode.id=2\ncluster.id="
                        + admin.describeCluster().clusterId().get() + "\ndirectory.id=" + Uuid.randomUuid() + "\n");
        second = startSecond();
        TopicPartition partition = new TopicPartition(TopicCatalogue.REQUESTS, AWAY);
        admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(2)))))
                .all()
                .get();
        awaiting().until(() -> leader() == 2);
    }

    private EmbeddedBroker startSecond() throws Exception {
        return EmbeddedBroker.start(new BrokerConfig(directory.resolve("second"), "127.0.0.1", 0, secondsProperties));
    }

    private int leader() throws Exception {
        Node leader = admin.describeTopics(List.of(TopicCatalogue.REQUESTS))
                .allTopicNames()
                .get()
                .get(TopicCatalogue.REQUESTS)
                .partitions()
                .get(AWAY)
                .leader();
        return leader == null ? -1 : leader.id();
    }

    private StreamsApp start(String name, SimpleMeterRegistry registry) throws Exception {
        StreamsApp app = StreamsApp.start(
                new StreamsAppConfig(
                        Map.of("bootstrap.servers", first.bootstrapServers(), "num.standby.replicas", "0"),
                        directory.resolve(name),
                        TestKeys.TRUSTED,
                        TestKeys.RULES,
                        StreamsAppConfig.Limits.standard()),
                registry);
        awaiting().until(app::isRunning);
        return app;
    }

    /** Requests of accounts elsewhere: half of them need the partition for the bucket of everybody. */
    private void ask(TopicWriter writer) throws Exception {
        List<String> accounts = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "account-" + i)
                .filter(account -> AccountPartitioner.partitionOf(account, PARTITIONS) != AWAY)
                .limit(REQUESTS)
                .toList();
        List<String> addresses = Stream.iterate(0, i -> i + 1)
                .map(i -> "192.0.2." + i)
                .filter(address -> new WideTarget("address", address, 0).owner(PARTITIONS) != AWAY)
                .limit(REQUESTS)
                .toList();
        for (int i = 0; i < REQUESTS; i++) {
            writer.ask(AdmissionRequest.of(accounts.get(i))
                    .route(new Route("POST", "/partner", ""))
                    .build());
            writer.ask(AdmissionRequest.of(accounts.get(i))
                    .route(new Route("POST", "/login", ""))
                    .attribute("ip", addresses.get(i))
                    .build());
        }
        sentPartner += REQUESTS;
        sentLogin += REQUESTS;
    }

    private long decided(String path) {
        return decisions(path).count();
    }

    private long admitted() {
        return decisions("/partner")
                .filter(decision -> decision.details().allowed())
                .count();
    }

    private Stream<Decision> decisions(String path) {
        return DecisionHistory.read(first.bootstrapServers()).decisions().stream()
                .filter(decision -> decision.request().route().path().equals(path));
    }

    private static double unwritten(SimpleMeterRegistry registry) {
        return registry.get("sluice.wide.unwritten.messages").gauge().value();
    }

    private LogOracle replay() {
        return LogOracle.replay(first.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, 1));
    }
}
