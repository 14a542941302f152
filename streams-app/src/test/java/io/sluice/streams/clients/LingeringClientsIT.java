package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When records leave a stream thread's producers, on a real broker; none that lingers would within a minute. */
final class LingeringClientsIT {
    private static final String LINGER_MILLIS = "60000";
    private static final Duration BRIEFLY = Duration.ofMillis(100);
    private static final TopicPartition REQUESTS = new TopicPartition(TopicCatalogue.REQUESTS, 0);
    private static final TopicPartition REPLIES = new TopicPartition(TopicCatalogue.REPLIES, 0);
    private static final TopicPartition DECISIONS = new TopicPartition(TopicCatalogue.DECISIONS, 0);
    private static final byte[] VALUE = {1};
    private static final int SEND_QUEUE_RECORDS_MAX = 1_000;
    private static final int BUSY = LingeringProducer.BUSY_REQUESTS;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LingeringClients clients = new LingeringClients(
            SEND_QUEUE_RECORDS_MAX,
            SendBounds.ofCatalogue(),
            new TransactionMeters(registry),
            new ReplyMeters(registry, System::nanoTime));

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(1, 1);
    }

    @Test
    void shouldSendRepliesAtOnce_whileTheirTransactionIsOpenOrAborted() {
        // Given
        try (LingeringProducer producer = transactional();
                Consumer<byte[], byte[]> replies = committedReaderOf(REPLIES)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.polled(1);

            // When: what lingers, and what callers wait for
            sendDecisions(producer, 0, 1, null);
            producer.send(reply(1), null);
            producer.send(reply(2), null);

            // Then: whoever reads committed records sees both, in their order
            assertThat(read(replies, 2)).containsExactly(1, 2);

            // When
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(reply(3), null);

            // Then
            assertThat(read(replies, 1)).containsExactly(3);
            await().untilAsserted(() -> assertThat(sent()).isEqualTo(3));
            assertThat(waiting()).isZero();
            producer.commitTransaction();
        }
    }

    @Test
    void shouldSendRepliesTogether_whenTheThreadIsBusy() {
        // Given
        try (LingeringProducer producer = transactional();
                Consumer<byte[], byte[]> replies = committedReaderOf(REPLIES)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.polled(BUSY);

            // When
            producer.send(reply(1), null);

            // Then: it waits for others
            assertThat(sent() + waiting()).isZero();

            // When the thread looks for more requests, and in an aborted transaction
            producer.polled(0);
            producer.polled(BUSY);
            producer.send(reply(2), null);
            producer.abortTransaction();

            // Then
            assertThat(read(replies, 2)).containsExactly(1, 2);
        }
    }

    @Test
    void shouldSendRepliesInTheTransaction_whenTheAppWantsThat() throws Exception {
        // Given
        LingeringClients inside = new LingeringClients(SEND_QUEUE_RECORDS_MAX, SendBounds.ofCatalogue());
        try (LingeringProducer producer = transactional(inside);
                Consumer<byte[], byte[]> replies = committedReaderOf(REPLIES)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(reply(1), null);
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();

            // When
            producer.send(reply(2), null);
            producer.commitTransaction();

            // Then
            assertThat(read(replies, 1)).containsExactly(2);
        }
    }

    @Test
    void shouldLingerUntilTheCommit_whenNobodyWaits() throws Exception {
        // Given
        try (LingeringProducer producer = transactional();
                Consumer<byte[], byte[]> consumer = consumerOf("app-StreamThread-9")) {
            producer.initTransactions();
            producer.beginTransaction();
            Future<RecordMetadata> sent =
                    producer.send(new ProducerRecord<>(TopicCatalogue.DECISIONS, 0, null, VALUE), null);

            // When: the thread has run out of requests
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(BRIEFLY);

            // Then
            assertThat(polled).isEmpty();
            assertThat(sent.isDone()).isFalse();
            producer.commitTransaction();
            assertThat(sent.get().hasOffset()).isTrue();
        }
    }

    @Test
    void shouldSendWhatWaits_whenTheProducerIsClosedAndReplaced() {
        // Given: what Streams does when a producer is fenced
        try (Consumer<byte[], byte[]> replies = committedReaderOf(REPLIES)) {
            LingeringProducer first = transactional();
            first.send(reply(1), null);

            // When
            first.close(Duration.ZERO);
            try (LingeringProducer second = transactional()) {
                second.send(reply(2), null);

                // Then
                assertThat(read(replies, 2)).containsExactly(1, 2);
            }
        }
    }

    @Test
    void shouldCommitAllOfATransactionAndNothingOfAnAbortedOne_whenTheThreadIsBusy() throws Exception {
        // Given
        List<Long> offsets = new CopyOnWriteArrayList<>();
        Callback noted = (sent, failure) -> offsets.add(failure == null ? sent.offset() : -1);
        try (LingeringProducer producer = transactional();
                Consumer<byte[], byte[]> reader = committedReaderOf(DECISIONS)) {
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
            assertThat(read(reader, 3_000))
                    .isEqualTo(IntStream.range(0, 3_000).boxed().toList());
        }
        assertThat(clients.waiting()).isZero();
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
                sendDecisions(producer, 0, 1, noted);

                // When
                producer.send(new ProducerRecord<>(TopicCatalogue.ALERTS, 0, null, new byte[1_048_576]), noted);
                sendDecisions(producer, 1, 1, noted);

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
        return transactional(clients);
    }

    private static LingeringProducer transactional(LingeringClients clients) {
        Map<String, Object> config = new HashMap<>(producerConfig("app-StreamThread-9"));
        config.put("transactional.id", "app-9");
        config.put("transaction.timeout.ms", 10_000);
        return (LingeringProducer) clients.getProducer(config);
    }

    /** At the end of the partition. */
    @Test
    void shouldTellWhereTheLogEnds_howeverLittleOfItWasPolled() throws Exception {
        // Given: one record in each poll
        try (Producer<byte[], byte[]> others = new KafkaProducer<>(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                Consumer<byte[], byte[]> consumer =
                        consumerOf(Thread.currentThread().getName())) {
            long start = consumer.position(REQUESTS);
            long unknown = clients.logEnd(REQUESTS);
            for (int i = 0; i < 5; i++) {
                others.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, 0, null, VALUE))
                        .get();
            }

            // When
            await().until(() -> !consumer.poll(BRIEFLY).isEmpty());
            long far = clients.logEnd(REQUESTS);
            await().until(() -> consumer.poll(BRIEFLY).isEmpty());
            long idle = clients.logEnd(REQUESTS);
            others.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, 0, null, VALUE))
                    .get();
            await().until(() -> !consumer.poll(BRIEFLY).isEmpty());

            // Then
            assertThat(unknown).isZero();
            assertThat(far).isEqualTo(start + 5);
            assertThat(idle).isEqualTo(start + 5);
            assertThat(clients.logEnd(REQUESTS)).isEqualTo(start + 6);
        }
    }

    private static Consumer<byte[], byte[]> committedReaderOf(TopicPartition partition) {
        Consumer<byte[], byte[]> reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", BROKER.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        reader.assign(List.of(partition));
        reader.seekToEnd(List.of(partition));
        reader.position(partition);
        return reader;
    }

    private static List<Integer> read(Consumer<byte[], byte[]> reader, int count) {
        List<Integer> read = new ArrayList<>();
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            reader.poll(BRIEFLY)
                    .forEach(record -> read.add(ByteBuffer.wrap(record.value()).getInt()));
            return read.size() >= count;
        });
        return read;
    }

    private double sent() {
        return registry.get("sluice.replies.sent").counter().count();
    }

    private double waiting() {
        return registry.get("sluice.replies.waiting").gauge().value();
    }

    private static ProducerRecord<byte[], byte[]> reply(int number) {
        byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        return new ProducerRecord<>(TopicCatalogue.REPLIES, 0, null, value);
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
