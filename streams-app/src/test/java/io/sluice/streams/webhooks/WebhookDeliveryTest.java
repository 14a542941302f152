package io.sluice.streams.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tries again, gives up and goes on, with time in the test's hands. */
@Timeout(60)
final class WebhookDeliveryTest {
    private static final TopicPartition PLACE = new TopicPartition("sluice.alerts.v1", 0);
    private static final long START = 1_700_000_000_000L;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nowMillis = new AtomicLong(START);
    private final WebhookBounds bounds = WebhookBounds.standard();
    private Receiver receiver;
    private WebhookSender sender;
    private WebhookDelivery delivery;

    @BeforeEach
    void open() throws Exception {
        receiver = new Receiver();
        sender = new WebhookSender(
                new CheckedAddresses(SystemDefaultDnsResolver.INSTANCE, true),
                WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                bounds,
                nowMillis::get);
        delivery = new WebhookDelivery(
                WebhookTarget.of(receiver.url(), true),
                sender,
                bounds,
                new WebhookMeters(registry, 1),
                new WebhookDelivery.Clocks(nowMillis::get, () -> nowMillis.get() * 1_000_000));
    }

    @AfterEach
    void close() throws Exception {
        sender.close();
        receiver.close();
    }

    private static OutgoingAlert alert(long offset) {
        return new OutgoingAlert(PLACE, offset, START, ("{\"n\":" + offset + "}").getBytes(StandardCharsets.UTF_8));
    }

    private double counter(String name, String cause) {
        return registry.get(name).tag("cause", cause).counter().count();
    }

    @Test
    void shouldDeliverInOrder_whenTheReceiverFailsAtFirst() {
        // Given
        AtomicInteger answers = new AtomicInteger();
        receiver.answers((message, out) ->
                Receiver.status(answers.incrementAndGet() <= 2 ? 500 : 200).to(message, out));
        delivery.add(alert(7));
        delivery.add(alert(8));

        // When
        List<Long> pauses = new ArrayList<>();
        List<Long> done = new ArrayList<>();
        while (delivery.hasWork()) {
            OutgoingAlert finished = delivery.step();
            if (finished != null) {
                done.add(finished.offset());
            }
            long pause = delivery.pause(Duration.ofHours(1)).toMillis();
            if (delivery.hasWork() && pause > 0) {
                pauses.add(pause);
                nowMillis.addAndGet(pause - 1);
                assertThat(delivery.step()).isNull();
                nowMillis.incrementAndGet();
            }
        }

        // Then
        assertThat(done).containsExactly(7L, 8L);
        assertThat(pauses).containsExactly(1_000L, 2_000L);
        assertThat(receiver.messages())
                .extracting(Receiver.Message::id)
                .containsExactly(
                        "alert-0-7-" + START, "alert-0-7-" + START, "alert-0-7-" + START, "alert-0-8-" + START);
        assertThat(receiver.messages().get(3).text()).isEqualTo("{\"n\":8}");
        assertThat(counter("sluice.webhook.failed", "status")).isEqualTo(2);
        assertThat(registry.get("sluice.webhook.delivered").counter().count()).isEqualTo(2);
    }

    @Test
    void shouldDropTheOneThatIsRefused_whenOthersAreTaken() {
        // Given
        receiver.answers((message, out) ->
                Receiver.status(message.text().contains("7") ? 400 : 200).to(message, out));
        delivery.add(alert(7));
        delivery.add(alert(8));

        // When
        while (delivery.hasWork()) {
            delivery.step();
            nowMillis.addAndGet(delivery.pause(Duration.ofHours(1)).toMillis());
        }

        // Then
        assertThat(receiver.messages()).hasSize(11);
        assertThat(receiver.messages().get(10).text()).isEqualTo("{\"n\":8}");
        assertThat(counter("sluice.webhook.dropped", "refused")).isEqualTo(1);
        assertThat(counter("sluice.webhook.dropped", "age")).isZero();
    }

    @Test
    void shouldKeepTrying_whenTheReceiverIsDownForHours() throws Exception {
        // Given
        receiver.close();
        delivery.add(alert(7));

        // When
        long lastPause = 0;
        while (nowMillis.get() < START + Duration.ofHours(23).toMillis()) {
            assertThat(delivery.step()).isNull();
            lastPause = delivery.pause(Duration.ofHours(1)).toMillis();
            nowMillis.addAndGet(lastPause);
        }
        assertThat(lastPause).isEqualTo(Duration.ofMinutes(5).toMillis());
        assertThat(registry.get("sluice.webhook.age.seconds").gauge().value()).isGreaterThan(22 * 3_600);

        // Then it is dropped once it is a day old, and not tried again
        nowMillis.set(START + Duration.ofDays(1).toMillis() + 1);
        double attempts = counter("sluice.webhook.failed", "connection");
        assertThat(delivery.step()).isNotNull();
        assertThat(counter("sluice.webhook.failed", "connection")).isEqualTo(attempts);
        assertThat(counter("sluice.webhook.dropped", "age")).isEqualTo(1);
        assertThat(delivery.step()).isNull();
        assertThat(registry.get("sluice.webhook.age.seconds").gauge().value()).isZero();
    }

    @Test
    void shouldShowNoMoreThanTheHost_whenAUrlIsRefused() {
        assertThatThrownBy(() -> WebhookTarget.of("http://example.com/secret", false))
                .hasMessageStartingWith("webhook URL of host example.com: not allowed (expected: https://")
                .hasMessageEndingWith("--webhook-allow-http lets http:// through")
                .hasMessageNotContaining("secret");
        for (String url : List.of(
                "https://user:pass@example.com/",
                "https://example.com/#part",
                "https:///path",
                "https://127.1/",
                "file:///etc/passwd",
                "https://example.com/" + "x".repeat(2_048),
                "not a url")) {
            assertThatThrownBy(() -> WebhookTarget.of(url, true))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("pass")
                    .hasNoCause();
        }
        assertThat(WebhookTarget.of("https://example.com/secret", false).toString())
                .startsWith("example.com (")
                .doesNotContain("secret");
    }
}
