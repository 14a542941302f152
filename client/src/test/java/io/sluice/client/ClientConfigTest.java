package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientConfigTest {
    private static final Map<String, String> KAFKA = Map.of("bootstrap.servers", "127.0.0.1:9092");
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void shouldSayThatThereIsNoVerdict_whenStandard() {
        // Given
        // When
        ClientConfig config = ClientConfig.standard(KAFKA);

        // Then
        assertThat(config)
                .isEqualTo(new ClientConfig(
                        KAFKA, -1, ClientConfig.PENDING_MAX, FailurePolicy.ERROR, Duration.ofSeconds(5)));
    }

    @Test
    void shouldKeepItsProperties_whenTheCallersMapChanges() {
        // Given
        Map<String, String> callers = new HashMap<>(KAFKA);
        ClientConfig config = ClientConfig.standard(callers);

        // When
        callers.clear();

        // Then
        assertThat(config.kafka()).isEqualTo(KAFKA);
    }

    @Test
    void shouldBeRefused_whenThereIsNoBroker() {
        // Given
        Map<String, String> nowhere = Map.of("client.id", "orders");

        // When / Then
        assertThatThrownBy(() -> ClientConfig.standard(nowhere))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bootstrap.servers: missing (expected: host:port[,host:port...])");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void shouldBeRefused_whenNothingMayWait(int pendingMax) {
        // Given
        // When / Then
        assertThatThrownBy(() -> new ClientConfig(KAFKA, 0, pendingMax, FailurePolicy.ERROR, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pendingMax: " + pendingMax + " (expected: at least 1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S"})
    void shouldBeRefused_whenPingsHaveNoInterval(String interval) {
        // Given
        Duration pingInterval = Duration.parse(interval);

        // When / Then
        assertThatThrownBy(() -> new ClientConfig(KAFKA, 0, 1, FailurePolicy.ERROR, pingInterval))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pingInterval: " + interval + " (expected: at least 1 ms)");
    }

    @Test
    void shouldOverrideTheDefaults_whenTheOperatorNamesAProperty() {
        // Given
        Map<String, String> kafka = Map.of("bootstrap.servers", "127.0.0.1:9092", "max.block.ms", "50");

        // When
        Map<String, Object> producer = ClientProperties.producer(kafka);

        // Then
        assertThat(producer).containsEntry("max.block.ms", "50").containsEntry("acks", "all");
        assertThat(ClientProperties.promptProducer(kafka)).containsEntry("max.block.ms", "50");
        assertThat(ClientProperties.consumer(kafka))
                .containsEntry("isolation.level", "read_uncommitted")
                .containsEntry("allow.auto.create.topics", false);
    }
}
