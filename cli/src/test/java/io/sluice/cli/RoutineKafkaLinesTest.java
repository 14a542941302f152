package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which lines of Kafka's are routine. */
final class RoutineKafkaLinesTest {
    private static final String TASKS = "org.apache.kafka.streams.processor.internals.TaskManager";
    private static final String CORRUPTED =
            "0_1=org.apache.kafka.streams.errors.TaskCorruptedException: Tasks [0_1] are"
                    + " corrupted and hence need to be re-initialized";
    private static final String LINE =
            "stream-thread [sluice-1-StreamThread-1] Get exceptions for the following tasks: {";

    private static FilterReply decide(String logger, String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName(logger);
        event.setLevel(Level.ERROR);
        event.setMessage(message);
        return new RoutineKafkaLines().decide(event);
    }

    @Test
    void shouldBeSilent_whenTasksAreBuiltAgain() {
        // Given
        String one = LINE + CORRUPTED + "}";
        String two = LINE + CORRUPTED + ", " + CORRUPTED.replace("0_1", "0_0") + "}";

        // When / Then
        assertThat(decide(TASKS, one)).isEqualTo(FilterReply.DENY);
        assertThat(decide(TASKS, two)).isEqualTo(FilterReply.DENY);
        assertThat(decide("org.apache.kafka.Other", one)).isEqualTo(FilterReply.NEUTRAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LINE + CORRUPTED + ", 0_2=org.apache.kafka.streams.errors.StreamsException: no}",
                LINE + "}",
                "stream-thread [x] Failed to close task 0_1=org.apache.kafka.streams.errors.TaskCorruptedException"
            })
    void shouldSpeak_whenThereIsMore(String line) {
        // Given
        // When / Then
        assertThat(decide(TASKS, line)).isEqualTo(FilterReply.NEUTRAL);
    }
}
