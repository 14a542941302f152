package io.sluice.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.WireException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What becomes of a record that its reader cannot bear. */
final class RecordGuardTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Long> read = new ArrayList<>();
    private long nowNanos = Long.MAX_VALUE - 5;
    private final RecordGuard guard = new RecordGuard("t", registry, () -> nowNanos);

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(RecordGuard.class)).addAppender(log);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(RecordGuard.class)).detachAppender(log);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>("t", 3, offset, null, value);
    }

    private boolean read(long offset, byte[] value, RecordReader reader) {
        return guard.read(record(offset, value), reader);
    }

    private double skipped(String cause) {
        return registry.get("sluice.topic.records.skipped")
                .tags("topic", "t", "cause", cause)
                .counter()
                .count();
    }

    @Test
    void shouldCountByCauseAndGoOn_whenRecordsCannotBeRead() {
        // Given
        byte[] value = {'x'};

        // When
        read(1, null, record -> read.add(record.offset()));
        read(2, new byte[RecordGuard.VALUE_BYTES_MAX + 1], record -> read.add(record.offset()));
        read(3, value, record -> {
            throw new WireException("v", "2 (expected: 1)");
        });
        read(4, value, record -> {
            throw new WireException("kind", "unknown");
        });
        read(5, value, record -> {
            throw new UntrustedException("forged");
        });
        read(6, value, record -> {
            throw new IllegalStateException("a defect");
        });
        read(6, value, record -> {
            throw new WireException("v", "0 (expected: 1)");
        });
        boolean good = read(7, new byte[RecordGuard.VALUE_BYTES_MAX], record -> read.add(record.offset()));

        // Then
        assertThat(good).isTrue();
        assertThat(read).containsExactly(7L);
        for (String cause : List.of("tombstone", "too-large", "version", "malformed", "untrusted", "failed")) {
            assertThat(skipped(cause)).as(cause).isEqualTo(cause.equals("malformed") ? 2 : 1);
        }
    }

    @Test
    void shouldNameTheFirstAndThenOneAMinute_whenThereIsAFlood() {
        // Given
        RecordReader malformed = record -> {
            throw new WireException("kind", "a\nb\u001b[31m" + "x".repeat(1_000));
        };

        // When
        for (int i = 0; i < 1_000; i++) {
            read(i, new byte[] {'x'}, malformed);
        }
        nowNanos += TimeUnit.SECONDS.toNanos(61);
        read(5_000, new byte[] {'x'}, malformed);

        // Then
        assertThat(log.list).hasSize(2);
        assertThat(log.list.get(0).getFormattedMessage())
                .startsWith("t-3 offset 0 is skipped: malformed: kind: a?b?[31mx")
                .endsWith("...; 0 more since the last such line")
                .hasSizeLessThan(500);
        assertThat(log.list.get(1).getFormattedMessage())
                .startsWith("t-3 offset 5000 ")
                .endsWith("; 999 more since the last such line");
    }

    @Test
    void shouldLetFailuresOfKafkaThrough_always() {
        // Given
        KafkaException failure = new KafkaException("gone");

        // When / Then
        assertThatThrownBy(() -> read(1, new byte[] {'x'}, record -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }
}
