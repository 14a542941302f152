package io.sluice.perf.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SluicePartTest {
    @ParameterizedTest
    @CsvSource({
        "qtp1234-45,FRONT_END",
        "sluice-client-callbacks,CALLBACKS",
        "sluice-client-leases,LEASES",
        "sluice-client-replies,REPLIES",
        "sluice-client-audit,FOLLOWERS",
        "kafka-producer-network-thread | producer-2,REQUEST_PRODUCER",
        "kafka-producer-network-thread | sluice-d1ca2a3e-0000-4b1c-9a1b-1bfb2a3c4d5e-StreamThread-1-producer,"
                + "STREAMS_PRODUCER",
        "kafka-producer-network-thread | sluice-usage-d1ca2a3e-0000-4b1c-9a1b-1bfb2a3c4d5e-StreamThread-1-producer,"
                + "SIDE_APPS",
        "sluice-d1ca2a3e-0000-4b1c-9a1b-1bfb2a3c4d5e-StreamThread-1,STREAM_THREAD",
        "sluice-rules-d1ca2a3e-0000-4b1c-9a1b-1bfb2a3c4d5e-StreamThread-1,SIDE_APPS",
        "sluice-d1ca2a3e-0000-4b1c-9a1b-1bfb2a3c4d5e-StateUpdater-1,STREAMS_OTHER",
        "sluice-send-out,STREAMS_OTHER",
        "sluice-store-writer,STREAMS_OTHER",
        "data-plane-kafka-request-handler-3,BROKER_REQUESTS",
        "data-plane-kafka-network-thread-1-ListenerName(PLAINTEXT)-PLAINTEXT-0,BROKER_NETWORK",
        "group-coordinator-event-processor-0,BROKER_OTHER",
        "main,OTHER"
    })
    void shouldKnowThePart_whenAThreadHasAName(String name, SluicePart part) {
        assertThat(SluicePart.of(name)).isEqualTo(part);
    }
}
