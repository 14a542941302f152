package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class ReplyProducerTest {
    /** Nobody listens on it. */
    private static final String NOWHERE = "127.0.0.1:1";

    private static final long BYTES_MAX = 100_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ReplyMeters meters = new ReplyMeters(registry, new AtomicLong()::get);

    @Test
    void shouldCountWhatBecameOfEachReply_whenBrokersTakeSomeOfThem() {
        // Given
        MockProducer<byte[], byte[]> kafka =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        ReplyProducer replies = new ReplyProducer(kafka, meters, BYTES_MAX);
        for (int i = 0; i < 5; i++) {
            replies.send(reply(1));
        }

        // When
        kafka.completeNext();
        kafka.errorNext(new BufferExhaustedException("full"));
        kafka.errorNext(new TimeoutException("nobody answers"));
        kafka.errorNext(new TopicAuthorizationException(TopicCatalogue.REPLIES));

        // Then
        assertThat(registry.get("sluice.replies.sent").counter().count()).isEqualTo(1);
        assertThat(lost("buffer-full")).isEqualTo(1);
        assertThat(lost("no-broker")).isEqualTo(1);
        assertThat(lost("refused")).isEqualTo(1);
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void shouldDropReplies_whenTheProducerThrows() {
        // Given
        MockProducer<byte[], byte[]> kafka =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        ReplyProducer replies = new ReplyProducer(kafka, meters, BYTES_MAX);
        kafka.sendException = new IllegalStateException("closed");

        // When
        replies.send(reply(1));

        // Then
        assertThat(lost("refused")).isEqualTo(1);
        assertThat(waiting()).isZero();
    }

    @Test
    void shouldSendHeldRepliesInTheirOrder_whenTheirPartitionIsKnownAgain() {
        // Given
        MockProducer<byte[], byte[]> kafka =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        ReplyProducer replies = new ReplyProducer(kafka, meters, BYTES_MAX);
        kafka.sendException = new TimeoutException("the partition is not known");
        replies.send(reply(1));
        replies.send(reply(2));
        assertThat(waiting()).isEqualTo(2);

        // When
        kafka.sendException = null;
        replies.send(reply(3));

        // Then
        await().untilAsserted(() -> assertThat(kafka.history())
                .extracting(record -> record.value()[0])
                .containsExactly((byte) 1, (byte) 2, (byte) 3));
        assertThat(waiting()).isZero();
        assertThat(lost("no-broker")).isZero();
        replies.close();
    }

    @Test
    void shouldLoseOneReplyAndSendTheOthers_whenAnErrorEndsItsSending() {
        // Given
        AtomicReference<Error> failing = new AtomicReference<>();
        MockProducer<byte[], byte[]> kafka =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, Callback callback) {
                        Error error = sendException == null ? failing.getAndSet(null) : null;
                        if (error != null) {
                            throw error;
                        }
                        return super.send(record, callback);
                    }
                };
        ReplyProducer replies = new ReplyProducer(kafka, meters, BYTES_MAX);
        kafka.sendException = new TimeoutException("the partition is not known");
        for (int i = 1; i <= 3; i++) {
            replies.send(reply(i));
        }

        // When
        failing.set(new OutOfMemoryError("a test"));
        kafka.sendException = null;

        // Then
        await().untilAsserted(() -> assertThat(kafka.history())
                .extracting(record -> record.value()[0])
                .containsExactly((byte) 2, (byte) 3));
        await().untilAsserted(() -> assertThat(waiting()).isZero());
        assertThat(lost("refused")).isEqualTo(1);
        replies.close();
    }

    @Test
    void shouldHoldAFewAndDropTheRestWithoutWaiting_whenThereIsNoBroker() {
        // Given: Kafka's own producer, with all that Streams would configure
        Map<String, Object> threadsProducer = new HashMap<>();
        threadsProducer.put("bootstrap.servers", NOWHERE);
        threadsProducer.put("transactional.id", "app-1");
        threadsProducer.put("transaction.timeout.ms", 6_000);
        threadsProducer.put("enable.idempotence", true);
        threadsProducer.put("delivery.timeout.ms", Integer.MAX_VALUE);
        threadsProducer.put("max.block.ms", 5_000);
        threadsProducer.put("request.timeout.ms", 60_000);
        ReplyProducer replies = ReplyProducer.beside(threadsProducer, "app-1-replies", meters);

        // When
        for (int i = 0; i < ReplyProducer.HELD_MAX + 10; i++) {
            replies.send(reply(1));
        }

        // Then: what is dropped is counted before its send returns
        assertThat(lost("buffer-full")).isEqualTo(10);
        assertThat(waiting()).isEqualTo(ReplyProducer.HELD_MAX);

        // When
        replies.close();

        // Then
        assertThat(lost("no-broker")).isEqualTo(ReplyProducer.HELD_MAX);
        assertThat(waiting()).isZero();
    }

    @Test
    void shouldSendToTheOtherPartitions_whenNoBrokerTakesTheRepliesOfOne() {
        // Given: 9 replies of nearly 6,000 bytes are more than half of the room
        MockProducer<byte[], byte[]> kafka =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        ReplyProducer replies = new ReplyProducer(kafka, meters, BYTES_MAX);
        for (int i = 0; i < 20; i++) {
            replies.send(reply(0, 5_700));
        }
        assertThat(waiting()).isEqualTo(8);
        assertThat(lost("buffer-full")).isEqualTo(12);

        // When
        replies.send(reply(1, 5_700));

        // Then
        assertThat(kafka.history())
                .hasSize(9)
                .last()
                .extracting(ProducerRecord::partition)
                .isEqualTo(1);
        assertThat(lost("buffer-full")).isEqualTo(12);

        // When: a broker takes one
        kafka.completeNext();
        replies.send(reply(0, 5_700));

        // Then
        assertThat(kafka.history()).hasSize(10);
        assertThat(lost("buffer-full")).isEqualTo(12);
        assertThat(waiting()).isEqualTo(9);
    }

    @Test
    void shouldHoldNoMoreBytesThanAPartitionMay_whenItIsNotKnown() {
        // Given
        MockProducer<byte[], byte[]> kafka =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        ReplyProducer replies = new ReplyProducer(kafka, meters, BYTES_MAX);
        kafka.sendException = new TimeoutException("the partition is not known");

        // When
        for (int i = 0; i < 20; i++) {
            replies.send(reply(0, 5_700));
        }

        // Then
        assertThat(waiting()).isEqualTo(8);
        assertThat(lost("buffer-full")).isEqualTo(12);

        // When: all that was held has been sent
        kafka.sendException = null;
        await().untilAsserted(() -> assertThat(kafka.history()).hasSize(8));
        await().untilAsserted(() -> assertThat(waiting()).isZero());
        replies.send(reply(0, 40_000));

        // Then: its room is free again
        assertThat(lost("buffer-full")).isEqualTo(12);
        replies.close();
    }

    private double lost(String cause) {
        return registry.get("sluice.replies.lost").tag("cause", cause).counter().count();
    }

    private double waiting() {
        return registry.get("sluice.replies.waiting").gauge().value();
    }

    private static ProducerRecord<byte[], byte[]> reply(int number) {
        return new ProducerRecord<>(TopicCatalogue.REPLIES, 0, null, new byte[] {(byte) number});
    }

    private static ProducerRecord<byte[], byte[]> reply(int partition, int bytes) {
        return new ProducerRecord<>(TopicCatalogue.REPLIES, partition, null, new byte[bytes]);
    }
}
