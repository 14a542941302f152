package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.usage.UsageApp;
import io.sluice.streams.usage.UsageBounds;
import io.sluice.streams.usage.UsageConfig;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.UsageEqualsDecisions;
import io.sluice.testkit.keys.TestKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Usage on a real broker and real RocksDB: taken over, wiped, and read again from the first offset. */
final class UsageFlowIT {
    private static final int REQUEST_PARTITIONS = 3;
    private static final long SEED = 20_261_129L;
    private static final String RULES = "{\"tiers\":[\"free\",\"pro\"],\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":20},"
            + "{\"id\":\"orders\",\"match\":{\"path\":\"/orders/{id}\"},\"scope\":\"account\","
            + "\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":10},"
            + "{\"id\":\"trial\",\"mode\":\"shadow\",\"scope\":\"account\","
            + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":3}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, 1);
    }

    @Test
    void shouldEqualTheDecisions_whenTakenOverWipedAndReadAgain() throws Exception {
        RequestGenerator generator = new RequestGenerator(SEED, TrafficShape.mixed(1));
        StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), directory.resolve("app"));
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), REQUEST_PARTITIONS);

            // Given
            try (UsageApp first = usage("first")) {
                traffic(writer, generator);
                awaitEqual();
                try (UsageApp second = usage("second")) {
                    traffic(writer, generator);
                    awaitEqual();
                    awaitTrue(() -> second.ready().ok());
                }
                awaitTrue(first::isRunning);
            }

            // When the directory is empty and the group's offsets are at the beginning
            resetOffsets();
            try (UsageApp third = usage("third")) {
                traffic(writer, generator);
                awaitEqual();
                awaitTrue(third::isRunning);
            }
        } finally {
            app.close();
        }

        // Then
        DecisionHistory.Sums sums =
                DecisionHistory.read(BROKER.bootstrapServers()).sums();
        assertThat(counter("sluice.usage.records.repeated")).isPositive();
        assertThat(counter("sluice.usage.records.late")).isZero();
        assertThat(registry.get("sluice.usage.requests")
                        .tag("verdict", "deny")
                        .counter()
                        .count())
                .isEqualTo(sums.denied());
        assertThat(registry.get("sluice.usage.requests")
                        .tag("verdict", "allow")
                        .counter()
                        .count())
                .isEqualTo(sums.allowed());
        assertThat(counter("sluice.usage.charged") - counter("sluice.usage.returned"))
                .isEqualTo(sums.charged());
        assertThat(sums.denied()).isPositive();
    }

    private double counter(String name) {
        return registry.get(name).counter().count();
    }

    private UsageApp usage(String name) {
        UsageApp usage = UsageApp.start(
                new UsageConfig(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                        directory.resolve(name),
                        1,
                        UsageBounds.standard().withSilence(Duration.ofMillis(300))),
                registry);
        awaitTrue(usage::isRunning);
        return usage;
    }

    /** An instance that comes or goes makes the others rebalance, for a moment. */
    private static void awaitTrue(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(condition);
    }

    private static void awaitEqual() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> UsageEqualsDecisions.check(BROKER.bootstrapServers()));
    }

    private static void traffic(TopicWriter writer, RequestGenerator generator) throws Exception {
        for (RequestRecord request : generator.take(300)) {
            writer.ask(request);
        }
        for (int i = 0; i < 20; i++) {
            AdmissionRequest asking =
                    AdmissionRequest.of("leaser-" + i % 3).cost(0).build();
            DecisionId lease =
                    id(writer.ask(LeaseRequest.checked(asking, 5, 60_000).repliedTo(null)));
            writer.ask(LeaseReport.checked(asking, i % 4 == 0 ? null : lease, i % 4 == 0 ? 0 : 1, i % 4 == 0 ? 0 : 1, 3)
                    .repliedTo(null));
            ClientId client = ClientId.parse("clientId", "reserver-" + i % 2);
            DecisionId hold = id(writer.ask(AdmissionRequest.of(client.text())
                    .cost(4)
                    .reserveMillis(i % 3 == 0 ? 1 : 60_000)
                    .build()
                    .repliedTo(null)));
            writer.ask(SettleRequest.commit(client, hold, 1).repliedTo(null));
        }
        // The last one settles what has expired.
        writer.ask(AdmissionRequest.of("reserver-0").build().repliedTo(null));
        writer.ask(AdmissionRequest.of("reserver-1").build().repliedTo(null));
    }

    private static DecisionId id(RecordMetadata record) {
        return new DecisionId(record.partition(), record.offset());
    }

    private static void resetOffsets() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrapServers()))) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .until(() -> admin.describeConsumerGroups(Set.of("sluice-usage"))
                            .all()
                            .get()
                            .get("sluice-usage")
                            .members()
                            .isEmpty());
            admin.alterConsumerGroupOffsets(
                            "sluice-usage",
                            Set.of(0, 1, 2).stream()
                                    .collect(Collectors.toMap(
                                            partition -> new TopicPartition(TopicCatalogue.DECISIONS, partition),
                                            partition -> new OffsetAndMetadata(0))))
                    .all()
                    .get();
        }
    }
}
