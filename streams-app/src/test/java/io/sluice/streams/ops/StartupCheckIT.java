package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StartupCheckIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    @Order(1)
    void shouldNameEveryMissingTopic_whenClusterIsEmpty() {
        // Given
        StartupCheck check = new StartupCheck(BROKER.admin(), "sluice");

        // When / Then
        assertThatThrownBy(check::check)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("topic sluice.requests.v1 is missing (create the topics: sluice topics create)")
                .hasMessageContaining("topic sluice.dead-letters.v1 is missing");
    }

    @Test
    @Order(2)
    void shouldLearnThePartitions_whenEverythingIsThere() throws Exception {
        // Given
        BROKER.createTopics(3, 2);

        // When
        StartupCheck check = new StartupCheck(BROKER.admin(), "sluice");
        StartupCheck.Cluster cluster = check.check();

        // Then
        assertThat(cluster)
                .isEqualTo(new StartupCheck.Cluster(
                        3, 2, new TakeoverTimes(6_000), TopicReader.placeOfMessages(BROKER.bootstrapServers())));
        assertThat(check.warnings()).isEmpty();
    }

    @Test
    @Order(3)
    void shouldWarnOfPackedRequestsAndRefuseSmallTopics_whenTheTopicsAreSomebodyElses() throws Exception {
        // Given
        set(TopicCatalogue.REQUESTS, "compression.type", "producer");
        Awaitility.await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            StartupCheck check = new StartupCheck(BROKER.admin(), "sluice");
            check.check();
            assertThat(check.warnings())
                    .singleElement()
                    .asString()
                    .startsWith("sluice.requests.v1 compression.type: producer (expected: uncompressed;");
        });

        // When
        set(TopicCatalogue.AUDIT, "max.message.bytes", "1000");

        // Then
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThatThrownBy(() -> new StartupCheck(BROKER.admin(), "sluice").check())
                        .hasMessage(
                                "sluice.audit.v1 max.message.bytes: 1000 (expected: at least 1048576; larger records"
                                        + " would be lost)"));
        set(TopicCatalogue.AUDIT, "max.message.bytes", "1048576");
    }

    private static void set(String topic, String name, String value) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        BROKER.admin()
                .incrementalAlterConfigs(Map.of(resource, List.of(change)))
                .all()
                .get();
    }

    @Test
    @Order(4)
    void shouldSayWhatIsWrong_whenClientsSetTheTimeAndPartitionsChanged() throws Exception {
        // Given
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TopicCatalogue.REQUESTS);
        AlterConfigOp forgeable =
                new AlterConfigOp(new ConfigEntry("message.timestamp.type", "CreateTime"), AlterConfigOp.OpType.SET);
        BROKER.admin()
                .incrementalAlterConfigs(Map.of(topic, List.of(forgeable)))
                .all()
                .get();
        BROKER.admin()
                .createTopics(List.of(new NewTopic("sluice-sluice-state-changelog", 5, (short) 1)
                        .configs(Map.of("delete.retention.ms", "60000"))))
                .all()
                .get();

        // When / Then: configuration and metadata reach the broker's cache a moment later
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThatThrownBy(() -> new StartupCheck(BROKER.admin(), "sluice").check())
                        .hasMessageContaining(
                                "sluice.requests.v1 message.timestamp.type: CreateTime (expected: LogAppendTime)")
                        .hasMessageContaining("sluice.requests.v1 partitions: 3 (expected: 5,")
                        .hasMessageContaining("sluice-sluice-state-changelog delete.retention.ms: 60000"
                                + " (expected: at least 7200000;"));
    }
}
