package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.streams.StreamsProperties;
import io.sluice.streams.clients.LingeringClients;
import io.sluice.streams.clients.SendBounds;
import io.sluice.streams.store.RocksDbMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that fails. */
final class RunningStreamsTest {
    private static final String NOWHERE = "127.0.0.1:1";
    private static final String NAME = "failing-start";

    @Test
    void shouldLeaveNoThread_whenAClientBesideItCannotBeMade(@TempDir Path stateDir) {
        try (RocksDbMemory memory = new RocksDbMemory(8 << 20, 4 << 20, /* storesMax= */ 1)) {
            // Given
            Properties properties =
                    StreamsProperties.of(Map.of("bootstrap.servers", NOWHERE), stateDir, /* threads= */ 1, memory);
            properties.put("application.id", NAME);
            RunningStreams.Plan plan = new RunningStreams.Plan(
                    NAME, "input", 1, 1, Duration.ofSeconds(30), new RestoreMeters(new SimpleMeterRegistry()));

            // When / Then
            assertThatThrownBy(() -> RunningStreams.start(
                            plan,
                            new Topology().addSource("source", "input"),
                            properties,
                            new LingeringClients(1, SendBounds.ofCatalogue()),
                            Map.of("bootstrap.servers", "no address")))
                    .isInstanceOf(KafkaException.class);
            assertThat(threads()).isEmpty();
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.contains(NAME))
                .toList();
    }
}
