package io.sluice.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A reader that fails in ways that nobody foresaw. */
final class TopicFollowerIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    void shouldReadOn_whenItsReaderEndsWithAnError() throws Exception {
        // Given
        BROKER.createTopics(1, 1);
        Map<String, Object> kafka = Map.of("bootstrap.servers", BROKER.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (byte i = 1; i <= 3; i++) {
                producer.send(new ProducerRecord<>(TopicCatalogue.RULES, new byte[] {i}))
                        .get(30, TimeUnit.SECONDS);
            }
        }
        FailingOnce reader = new FailingOnce();

        // When
        try (TopicFollower follower =
                new TopicFollower(TopicCatalogue.RULES, kafka, new SimpleMeterRegistry(), reader, "follower")) {
            follower.start();

            // Then
            for (int i = 1; i <= 3; i++) {
                assertThat(reader.read.poll(30, TimeUnit.SECONDS)).isEqualTo(i);
            }
            assertThat(reader.failures).allMatch(failure -> failure.get() == null);
        }
    }

    private static final class FailingOnce implements TopicFollower.Reader {
        private final BlockingQueue<Integer> read = new LinkedBlockingQueue<>();
        private final AtomicReference<Error> atPoll = new AtomicReference<>(new OutOfMemoryError("a test"));
        private final AtomicReference<Error> atRecord = new AtomicReference<>(new NoClassDefFoundError("a test"));
        private final List<AtomicReference<Error>> failures = List.of(atPoll, atRecord);

        @Override
        public void read(ConsumerRecord<byte[], byte[]> record) {
            if (record.value()[0] == 2) {
                fail(atRecord);
            }
            read.add((int) record.value()[0]);
        }

        @Override
        public void polled(boolean complete) {
            fail(atPoll);
        }

        private static void fail(AtomicReference<Error> failure) {
            Error error = failure.getAndSet(null);
            if (error != null) {
                throw error;
            }
        }
    }
}
