package io.sluice.client;

import static io.sluice.client.TestRequests.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.testkit.broker.BrokerExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connecting to what is not there: no name, no broker, no topics. Nothing is asked, so there is no log to decide. */
final class KafkaAdmissionsConnectIT {
    private static final Duration WITHIN = Duration.ofSeconds(2);
    private static final String NOT_FOUND = "topic sluice.requests.v1 was not found within 2 s"
            + " (expected: a reachable broker, and topics created by `sluice topics create`)";

    /** As Kafka's own default is: a request about a topic may bring it into being. */
    @RegisterExtension
    static final BrokerExtension EMPTY = new BrokerExtension(Map.of("auto.create.topics.enable", "true"));

    @RegisterExtension
    static final BrokerExtension LATE = new BrokerExtension();

    @Test
    void shouldFailAtOnce_whenTheBrokerHasNoAddress() {
        // Given
        String nowhere = "broker.invalid:9092";

        // When / Then
        assertThatThrownBy(() -> connect(nowhere)).isInstanceOf(KafkaException.class);
    }

    @Test
    void shouldSayWhatIsMissing_whenThereIsNoBroker() throws Exception {
        // Given
        String nobody = "127.0.0.1:" + freePort();

        // When / Then
        assertThatThrownBy(() -> connect(nobody))
                .isInstanceOf(KafkaException.class)
                .hasMessage(NOT_FOUND);
    }

    @Test
    void shouldSayWhatIsMissingAndCreateNothing_whenThereIsNoTopic() throws Exception {
        // Given
        String empty = EMPTY.bootstrapServers();

        // When / Then
        assertThatThrownBy(() -> connect(empty))
                .isInstanceOf(KafkaException.class)
                .hasMessage(NOT_FOUND);
        assertThat(EMPTY.admin().listTopics().names().get()).isEmpty();
    }

    @Test
    void shouldConnect_whenTheTopicsAreCreatedMeanwhile() {
        // Given
        CompletableFuture<KafkaAdmissions> connected = CompletableFuture.supplyAsync(
                () -> KafkaAdmissions.connect(config(LATE.bootstrapServers()), new SimpleMeterRegistry()));

        // When
        LATE.createTopics(1, 1);

        // Then
        try (KafkaAdmissions admissions = answer(connected)) {
            assertThat(admissions.readiness().detail()).isEqualTo("request partition 0 has not answered yet");
        }
    }

    private static KafkaAdmissions connect(String bootstrapServers) {
        return KafkaAdmissions.connect(config(bootstrapServers), new SimpleMeterRegistry(), WITHIN);
    }

    private static ClientConfig config(String bootstrapServers) {
        return ClientConfig.standard(Map.of("bootstrap.servers", bootstrapServers));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
