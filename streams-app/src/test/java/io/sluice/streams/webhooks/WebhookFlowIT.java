package io.sluice.streams.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Alerts from a real broker to a real receiver: over a restart, hostile records, and a receiver that is down. */
final class WebhookFlowIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private WebhookApp start(Receiver receiver) {
        return WebhookApp.start(
                WebhookConfig.of(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers(), "num.standby.replicas", "0"),
                        List.of(receiver.url()),
                        WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        new WebhookConfig.Reach(true, true),
                        WebhookBounds.standard().withPauses(Duration.ofMillis(20), Duration.ofMillis(50))),
                registry);
    }

    private static byte[] alert(int number) {
        return AlertCodec.encode(
                new ThresholdAlert("0-" + number, "acme", "per-client", "", 800, 16, 20, true, 1, number));
    }

    private static Set<String> accepted(Receiver receiver) {
        Set<String> decisions = new HashSet<>();
        receiver.messages().forEach(message -> decisions.add(message.text()));
        return decisions;
    }

    @Test
    void shouldDeliverEachUnderOneId_whenRestartedWhileTheReceiverIsDown() throws Exception {
        BROKER.createTopics(1, 1);
        try (Receiver receiver = new Receiver();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            AtomicInteger number = new AtomicInteger();
            // Given one that runs, and misses nothing from now on
            try (WebhookApp app = start(receiver)) {
                Awaitility.await().atMost(WITHIN).until(() -> {
                    send(producer, alert(number.incrementAndGet()));
                    return !receiver.messages().isEmpty();
                });
            }
            int before = number.get();
            receiver.messages().clear();

            // When alerts come while nobody delivers, and hostile records, and the receiver fails at first
            for (int i = 0; i < 70; i++) {
                send(producer, alert(number.incrementAndGet()));
                send(producer, "nonsense".getBytes(StandardCharsets.UTF_8));
                send(producer, "{\"v\":1,\"type\":\"unheard-of\"}".getBytes(StandardCharsets.UTF_8));
            }
            send(producer, null);
            AtomicInteger answers = new AtomicInteger();
            receiver.answers((message, out) ->
                    Receiver.status(answers.incrementAndGet() <= 2 ? 503 : 200).to(message, out));
            try (WebhookApp app = start(receiver)) {
                Awaitility.await().atMost(WITHIN).until(() -> counter("sluice.webhook.failed", "status") >= 2);
            }
            Set<String> missed = new HashSet<>();
            for (int expected = before + 1; expected <= number.get(); expected++) {
                missed.add(new String(alert(expected), StandardCharsets.UTF_8));
            }

            // Then each one comes, also if some of before come again, and an ID stands for one alert
            try (WebhookApp app = start(receiver)) {
                Awaitility.await()
                        .atMost(WITHIN)
                        .untilAsserted(() -> assertThat(accepted(receiver)).containsAll(missed));
            }
            Set<String> ids = new HashSet<>();
            receiver.messages().forEach(message -> ids.add(message.id()));
            assertThat(ids).hasSameSizeAs(accepted(receiver));
            assertThat(counter("sluice.topic.records.skipped", "malformed")).isGreaterThanOrEqualTo(70);
            assertThat(counter("sluice.topic.records.skipped", "tombstone")).isPositive();
        }
    }

    private double counter(String name, String cause) {
        return registry.get(name).tag("cause", cause).counter().count();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(TopicCatalogue.ALERTS, value)).get();
    }
}
