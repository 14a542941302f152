package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.control.SignedKind;
import io.sluice.streams.store.CopyOnDisk;
import io.sluice.streams.store.LocalCopies;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An app that starts again on a disk that it has left long ago. */
final class OldStateIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final String CHANGELOG = "sluice-sluice-state-changelog";
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":1000}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static final RequestGenerator REQUESTS =
            new RequestGenerator(/* seed= */ 20_261_201L, TrafficShape.mixed(REPLY_PARTITIONS));

    @TempDir
    private Path stateDir;

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), REQUEST_PARTITIONS);
        }
    }

    @Test
    void shouldRestoreFromTheBeginning_whenACopyHasMissedWhatTheChangelogForgets() throws Exception {
        // Given
        StreamsApp before = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        send(200);
        before.close();
        CopyOnDisk.age(
                stateDir.resolve("sluice").resolve("0_0").resolve("rocksdb").resolve("sluice-state"),
                LocalCopies.TRUSTED.plus(Duration.ofMinutes(1)));

        // When
        StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        try {
            send(200);

            // Then
            LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
            assertThat(oracle.outcomes()).hasSizeGreaterThanOrEqualTo(400);
            assertThat(app.hasFailed()).isFalse();
        } finally {
            app.close();
        }
        assertThat(tombstonesKeptMillis()).isEqualTo(LocalCopies.TOMBSTONES_KEPT.toMillis());
    }

    private static long tombstonesKeptMillis() throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, CHANGELOG);
        Map<ConfigResource, Config> described =
                BROKER.admin().describeConfigs(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        return Long.parseLong(described.get(topic).get("delete.retention.ms").value());
    }

    private static void send(int count) {
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            for (int i = 0; i < count; i++) {
                writer.ask(REQUESTS.nextRecord());
            }
        }
    }
}
