package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When records leave a stream thread's producer, on a real broker; nothing here would by itself within a minute. */
final class LingeringClientsIT {
    private static final String LINGER_MILLIS = "60000";
    private static final Duration BRIEFLY = Duration.ofMillis(100);
    private static final TopicPartition REQUESTS = new TopicPartition(TopicCatalogue.REQUESTS, 0);
    private static final byte[] VALUE = {1};
    private static final int SEND_QUEUE_RECORDS_MAX = 1_000;
    private static final int BUSY = LingeringProducer.BUSY_REQUESTS;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final LingeringClients clients = new LingeringClients(SEND_QUEUE_RECORDS_MAX);

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(1, 1);
    }

    @Test
    void shouldSendAtOnce_whenTheThreadHasRunOutOfRequests() throws Exception {
        // Given
        try (Producer<byte[], byte[]> producer = producerOf("app-StreamThread-1");
                Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-1")) {
            Future<RecordMetadata> sent = producer.send(reply());

            // When
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(BRIEFLY);

            // Then
            assertThat(polled).isEmpty();
            await().atMost(Duration.ofSeconds(20)).until(sent::isDone);
            assertThat(sent.get().hasOffset()).isTrue();
        }
    }

    @Test
    void shouldLinger_whileThereAreRequestsOrTheIdleThreadIsAnother() throws Exception {
        // Given
        try (Producer<byte[], byte[]> producer = producerOf("app-StreamThread-1");
                Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-1");
                Consumer<byte[], byte[]> idle = consumerOf("app-StreamThread-2");
                TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.send(TopicCatalogue.REQUESTS, 0, null, VALUE);
            writer.send(TopicCatalogue.REQUESTS, 0, null, VALUE);
            consumer.seekToBeginning(List.of(REQUESTS));
            await().until(() -> consumer.poll(BRIEFLY).count() == 1);
            Future<RecordMetadata> sent = producer.send(reply());

            // When
            idle.poll(BRIEFLY);
            ConsumerRecords<byte[], byte[]> second = consumer.poll(BRIEFLY);

            // Then
            assertThat(second).hasSize(1);
            assertThat(sent.isDone()).isFalse();
            producer.flush();
            assertThat(sent.isDone()).isTrue();
        }
    }

    @Test
    void shouldGoOn_whenTheProducerIsReplaced() throws Exception {
        // Given: what Streams does when a transaction is aborted
        try (Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-1")) {
            Producer<byte[], byte[]> first = producerOf("app-StreamThread-1");
            first.close(Duration.ZERO);
            consumer.poll(BRIEFLY);
            try (Producer<byte[], byte[]> second = producerOf("app-StreamThread-1")) {
                Future<RecordMetadata> sent = second.send(reply());

                // When
                consumer.poll(BRIEFLY);

                // Then
                await().atMost(Duration.ofSeconds(20)).until(sent::isDone);
            }
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().equals("sluice-send-out")));
    }

    @Test
    void shouldCommitAllOfATransactionAndNothingOfAnAbortedOne_whenTheThreadIsBusy() throws Exception {
        // Given
        List<Long> offsets = new CopyOnWriteArrayList<>();
        Callback noted = (sent, failure) -> offsets.add(failure == null ? sent.offset() : -1);
        try (LingeringProducer producer = transactional();
                Consumer<byte[], byte[]> reader = readerOfDecisions()) {
            producer.initTransactions();

            // When: a transaction that is committed, one that is aborted, and one that is committed again
            producer.beginTransaction();
            producer.polled(BUSY);
            sendDecisions(producer, 0, 2_000, noted);
            producer.commitTransaction();
            assertThat(offsets).hasSize(2_000).doesNotContain(-1L);
            producer.beginTransaction();
            sendDecisions(producer, 5_000, 2_000, null);
            producer.abortTransaction();
            producer.beginTransaction();
            sendDecisions(producer, 2_000, 1_000, noted);
            producer.flush();
            assertThat(offsets).hasSize(3_000).doesNotContain(-1L);
            producer.commitTransaction();

            // Then: all of them, in their order
            List<Integer> read = new ArrayList<>();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                reader.poll(BRIEFLY)
                        .forEach(record ->
                                read.add(ByteBuffer.wrap(record.value()).getInt()));
                return read.size() >= 3_000;
            });
            assertThat(read).isEqualTo(IntStream.range(0, 3_000).boxed().toList());
        }
        assertThat(clients.waiting()).isZero();
    }

    @Test
    void shouldSendOutWhatIsInTheBox_whenABusyThreadRunsOutOfRequests() {
        // Given
        List<Exception> failures = new CopyOnWriteArrayList<>();
        AtomicInteger sent = new AtomicInteger();
        try (Producer<byte[], byte[]> producer = producerOf("app-StreamThread-1");
                Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-1")) {
            ((LingeringProducer) producer).polled(BUSY);
            for (int i = 0; i < SendQueue.BUNDLE_RECORDS + 1; i++) {
                producer.send(reply(), (metadata, failure) -> {
                    sent.incrementAndGet();
                    if (failure != null) {
                        failures.add(failure);
                    }
                });
            }

            // When
            consumer.poll(BRIEFLY);

            // Then: not by lingering for a minute
            await().atMost(Duration.ofSeconds(20)).until(() -> sent.get() == SendQueue.BUNDLE_RECORDS + 1);
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void shouldCommitTheOthers_whenARecordIsTooLarge() {
        // Given
        List<Exception> failures = new CopyOnWriteArrayList<>();
        Callback noted = (metadata, failure) -> {
            if (failure != null) {
                failures.add(failure);
            }
        };
        try (LingeringProducer producer = transactional()) {
            producer.initTransactions();
            for (int requests : List.of(1, BUSY)) {
                producer.polled(requests);
                producer.beginTransaction();
                producer.send(reply(), noted);

                // When
                producer.send(new ProducerRecord<>(TopicCatalogue.ALERTS, 0, null, new byte[1_048_576]), noted);
                producer.send(reply(), noted);

                // Then: the transaction can be committed
                producer.commitTransaction();
            }
        }
        assertThat(failures).hasSize(2).allMatch(RecordTooLargeException.class::isInstance);
    }

    private static void sendDecisions(LingeringProducer producer, int from, int count, Callback callback) {
        for (int i = from; i < from + count; i++) {
            byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
            producer.send(new ProducerRecord<>(TopicCatalogue.DECISIONS, 0, null, value), callback);
        }
    }

    private LingeringProducer transactional() {
        Map<String, Object> config = new HashMap<>(producerConfig("app-StreamThread-9"));
        config.put("transactional.id", "app-9");
        config.put("transaction.timeout.ms", 10_000);
        return (LingeringProducer) clients.getProducer(config);
    }

    private static Consumer<byte[], byte[]> readerOfDecisions() {
        Consumer<byte[], byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", BROKER.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition decisions = new TopicPartition(TopicCatalogue.DECISIONS, 0);
        reader.assign(List.of(decisions));
        reader.seekToBeginning(List.of(decisions));
        return reader;
    }

    private static ProducerRecord<byte[], byte[]> reply() {
        return new ProducerRecord<>(TopicCatalogue.REPLIES, VALUE);
    }

    private Producer<byte[], byte[]> producerOf(String thread) {
        return clients.getProducer(producerConfig(thread));
    }

    private static Map<String, Object> producerConfig(String thread) {
        return Map.of(
                "bootstrap.servers",
                BROKER.bootstrapServers(),
                "client.id",
                thread + "-producer",
                "linger.ms",
                LINGER_MILLIS);
    }

    /** At the end of the requests. */
    private Consumer<byte[], byte[]> consumerOf(String thread) {
        Consumer<byte[], byte[]> consumer = clients.getConsumer(Map.of(
                "bootstrap.servers",
                BROKER.bootstrapServers(),
                "client.id",
                thread + "-consumer",
                "max.poll.records",
                1));
        consumer.assign(List.of(REQUESTS));
        consumer.seekToEnd(List.of(REQUESTS));
        return consumer;
    }
}
