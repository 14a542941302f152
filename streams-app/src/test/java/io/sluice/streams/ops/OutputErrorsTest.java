package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.clients.SendBounds;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.Result;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.internals.DefaultErrorHandlerContext;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ends a stream thread, and what only costs a record. */
final class OutputErrorsTest {
    private static final String CHANGELOG = "sluice-sluice-state-changelog";
    private static final ErrorHandlerContext CONTEXT = new DefaultErrorHandlerContext(
            null,
            TopicCatalogue.REQUESTS,
            3,
            17,
            new RecordHeaders(),
            "replies-sink",
            new TaskId(0, 3),
            0,
            new byte[0],
            new byte[0]);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OutputErrors outputs = new OutputErrors();
    private final ProcessingErrors processing = new ProcessingErrors();

    @BeforeEach
    void configure() {
        LostOutputs lost = new LostOutputs(registry, SendBounds.ofCatalogue(), () -> 0);
        outputs.configure(Map.of(LostOutputs.CONFIG, lost));
        processing.configure(Map.of(LostOutputs.CONFIG, lost));
    }

    @Test
    void shouldLoseTheRecordAlone_whenItIsTooLargeForItsTopic() {
        // Given
        // When
        Result result = result(TopicCatalogue.REPLIES, new RecordTooLargeException("too large"));

        // Then
        assertThat(result).isEqualTo(Result.RESUME);
        assertThat(registry.get("sluice.outputs.lost")
                        .tag("topic", TopicCatalogue.REPLIES)
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldEndTheThread_whenItIsTheStateOrTheCluster() {
        // Given
        // When / Then
        assertThat(result(CHANGELOG, new RecordTooLargeException("too large"))).isEqualTo(Result.FAIL);
        assertThat(result(TopicCatalogue.REPLIES, new ClusterAuthorizationException("not allowed")))
                .isEqualTo(Result.FAIL);
        assertThat(result(TopicCatalogue.REPLIES, new TimeoutException("later")))
                .isEqualTo(Result.RETRY);
    }

    @Test
    void shouldGoOn_whenAProcessorFailsForItself() {
        // Given
        // When / Then
        assertThat(processing
                        .handleError(CONTEXT, null, new IllegalStateException("defect"))
                        .result())
                .isEqualTo(ProcessingExceptionHandler.Result.RESUME);
        assertThat(processing
                        .handleError(CONTEXT, null, new StreamsException("fenced"))
                        .result())
                .isEqualTo(ProcessingExceptionHandler.Result.FAIL);
        assertThat(registry.get("sluice.processing.failures").counter().count()).isEqualTo(1);
    }

    @Test
    void shouldSayItOnceAMinute_whenItGoesOn() {
        // Given
        long[] nanos = {0};
        BoundedLog log = new BoundedLog(() -> nanos[0]);

        // When
        long first = log.happened("a");
        long second = log.happened("a");
        long other = log.happened("b");
        nanos[0] += Duration.ofMinutes(1).toNanos();
        long later = log.happened("a");

        // Then
        assertThat(new long[] {first, second, other, later}).containsExactly(1, 0, 1, 2);
    }

    private Result result(String topic, Exception failure) {
        return outputs.handleError(CONTEXT, new ProducerRecord<>(topic, new byte[100]), failure)
                .result();
    }
}
