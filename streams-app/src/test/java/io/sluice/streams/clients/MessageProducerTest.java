package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.streams.topology.MessageNumber;
import io.sluice.streams.topology.WrittenMessages.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Messages between partitions: each in its order, and none skipped; who waits for one partition holds up no other. */
final class MessageProducerTest {
    private static final int FROM = 3;

    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(/* autoComplete= */ false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final MessageProgress progress = new MessageProgress();
    private final MessageProducer messages = producer(kafka);

    private MessageProducer producer(Producer<byte[], byte[]> of) {
        return producer(of, /* endsLinger= */ Duration.ZERO);
    }

    private MessageProducer producer(Producer<byte[], byte[]> of, Duration endsLinger) {
        return new MessageProducer(of, progress, new MessageProducer.Bounds(1_000_000, Duration.ZERO, endsLinger));
    }

    @Test
    void shouldLetEndsWaitForARequest_whenItGoesTheSameWay() {
        // Given two ends of vouchers
        MessageProducer lingering = producer(kafka, Duration.ofDays(1));
        lingering.send(message(0, PartitionMessage.sequence(5, 1), 100));
        lingering.send(message(1, PartitionMessage.sequence(5, 1), 101));
        lingering.passOn();
        assertThat(kafka.history()).isEmpty();

        // When a request goes to one of the two, and another end behind it
        lingering.send(message(0, PartitionMessage.sequence(6, 0), 102));
        lingering.send(message(0, PartitionMessage.sequence(6, 1), 103));
        lingering.passOn();

        // Then those before it go along, in their order
        assertThat(sequences()).containsExactly(100, 102);
        assertThat(lingering.unwritten()).isEqualTo(4);
    }

    @Test
    void shouldSendEndsAlone_whenTheirTimeIsOver() {
        MessageProducer lingering = producer(kafka, Duration.ofNanos(1));
        lingering.send(message(0, PartitionMessage.sequence(5, 1), 100));
        await().untilAsserted(() -> {
            lingering.passOn();
            assertThat(sequences()).containsExactly(100);
        });
    }

    @Test
    void shouldKnowWhatIsWritten_whenKafkaHasConfirmed() {
        // Given
        messages.send(message(0, 5, 100));
        messages.send(message(0, 6, 100));

        // When
        kafka.completeNext();

        // Then
        assertThat(progress.isWritten(FROM, 0, 5)).isTrue();
        assertThat(progress.isWritten(FROM, 0, 6)).isFalse();
        assertThat(progress.isWritten(FROM, 1, 5)).isFalse();
        assertThat(messages.unwritten()).isEqualTo(1);
        // The number is for this app alone.
        assertThat(kafka.history()).allMatch(record -> record.headers().toArray().length == 0);
    }

    @Test
    void shouldGoOnToOthers_whenOnePartitionTakesNothing() {
        // Given
        for (int i = 0; i < 200; i++) {
            messages.send(message(0, i, 10_000));
        }
        int underWay = kafka.history().size();
        assertThat(underWay).isLessThan(100);

        // When
        messages.send(message(1, 1_000, 10_000));

        // Then
        assertThat(kafka.history()).hasSize(underWay + 1);
        assertThat(kafka.history().get(underWay).partition()).isEqualTo(1);
        // When the first is written, another one goes
        kafka.completeNext();
        messages.passOn();
        assertThat(kafka.history()).hasSize(underWay + 2);
        assertThat(messages.unwritten()).isEqualTo(200);
    }

    @Test
    void shouldHoldUpCommits_whenTooMuchWaits() throws Exception {
        // Given
        for (int i = 0; i < 200; i++) {
            messages.send(message(0, i, 10_000));
        }

        // When
        FutureTask<Void> commit = new FutureTask<>(messages::awaitRoom, null);
        Thread committing = new Thread(commit);
        committing.start();
        await().until(() -> committing.getState() == Thread.State.TIMED_WAITING);
        assertThat(commit).isNotDone();
        while (!commit.isDone()) {
            // One at a time: it has to see each before the next one.
            if (committing.getState() == Thread.State.TIMED_WAITING) {
                kafka.completeNext();
            }
        }

        // Then
        commit.get(30, TimeUnit.SECONDS);
        assertThat(messages.unwritten()).isBetween(100L, 160L);
    }

    @Test
    void shouldHoldUpCommits_whenTooMuchWaitsInTheStateForAPartitionThatTakesNothing() throws Exception {
        // Given two destinations of what waits in states, and messages under way to one of them
        progress.waiting(FROM, Map.of(0, new Waiting(500, 2_000_000), 1, new Waiting(100, 900_000)));
        messages.awaitRoom();
        messages.send(message(1, 1, 100));
        messages.awaitRoom();
        assertThat(progress.waitingMessages()).isEqualTo(600);

        // When the other one has some, too
        messages.send(message(0, 1, 100));
        FutureTask<Void> commit = new FutureTask<>(messages::awaitRoom, null);
        Thread committing = new Thread(commit);
        committing.start();
        await().until(() -> committing.getState() == Thread.State.TIMED_WAITING);

        // Then the commit goes on once those are written: then it is the turn of what waits
        assertThat(commit).isNotDone();
        kafka.completeNext();
        kafka.completeNext();
        commit.get(30, TimeUnit.SECONDS);
        progress.waiting(FROM, Map.of());
        assertThat(progress.waitingMessages()).isZero();
    }

    @Test
    void shouldHoldUpNoCommit_whenOnlyAnotherThreadsMessagesWaitInTheState() throws Exception {
        // Given what waits behind a message of another thread
        progress.waiting(FROM, Map.of(0, new Waiting(500, 2_000_000)));
        MessageProducer another = producer(kafka);
        another.send(message(0, 1, 100));

        // When this one has a message to the same partition
        ProducerRecord<byte[], byte[]> own =
                new ProducerRecord<>(TopicCatalogue.REQUESTS, 0, /* key= */ null, new byte[100]);
        new MessageNumber(FROM + 1, 1).putInto(own.headers());
        messages.send(own);

        // Then
        CompletableFuture.runAsync(messages::awaitRoom).get(30, TimeUnit.SECONDS);
        CompletableFuture<Void> waits = CompletableFuture.runAsync(another::awaitRoom);
        another.giveUp();
        assertThatThrownBy(() -> waits.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void shouldSendItAgainAndNothingAfterIt_whenItsTopicFindsItTooLarge() {
        // Given
        messages.send(message(0, 1, 50_000));
        messages.send(message(0, 2, 100));
        assertThat(kafka.history()).hasSize(1);

        // When
        kafka.errorNext(new RecordTooLargeException("50000 bytes"));
        messages.passOn();

        // Then
        assertThat(sequences()).containsExactly(50_000, 50_000);
        kafka.completeNext();
        messages.passOn();
        assertThat(sequences()).containsExactly(50_000, 50_000, 100);
        assertThat(progress.isWritten(FROM, 0, 1)).isTrue();
        assertThat(kafka.closed()).isFalse();
    }

    private List<Integer> sequences() {
        return kafka.history().stream().map(record -> record.value().length).toList();
    }

    @Test
    void shouldSendNothingMore_whenOneWasNotWritten() {
        // Given
        messages.send(message(0, 1, 100));

        // When
        kafka.errorNext(new TopicAuthorizationException(TopicCatalogue.REQUESTS));

        // Then
        assertThatThrownBy(() -> messages.send(message(0, 2, 100))).isInstanceOf(KafkaException.class);
        assertThatThrownBy(messages::awaitRoom).isInstanceOf(KafkaException.class);
        assertThat(kafka.closed()).isTrue();
        assertThat(kafka.history()).hasSize(1);
    }

    @Test
    void shouldNotWaitForItself_whenASendFailsAtOnceWhileOthersAreOnTheirWay() throws Exception {
        // Given a producer that closes as Kafka's does: what is on its way fails first, in the thread that writes
        ExecutorService writing = Executors.newSingleThreadExecutor();
        FailingProducer failing = new FailingProducer(writing);
        MessageProducer sender = producer(failing);
        sender.send(message(0, 1, 100));

        // When
        failing.failsAtOnce = true;
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sender.send(message(0, 2, 100)));

        // Then
        sent.get(30, TimeUnit.SECONDS);
        assertThatThrownBy(sender::awaitRoom).isInstanceOf(KafkaException.class);
        writing.shutdown();
    }

    /** Joins the thread that writes when it is closed by another one. */
    private static final class FailingProducer extends MockProducer<byte[], byte[]> {
        private final ExecutorService writing;
        private final List<Callback> unwritten = new ArrayList<>();
        private boolean failsAtOnce;

        FailingProducer(ExecutorService writing) {
            super(/* autoComplete= */ false, null, new ByteArraySerializer(), new ByteArraySerializer());
            this.writing = writing;
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (failsAtOnce) {
                callback.onCompletion(null, new TimeoutException("no metadata in time"));
            } else {
                unwritten.add(callback);
            }
            return new CompletableFuture<>();
        }

        @Override
        public void close(Duration timeout) {
            Future<?> aborted = writing.submit(() -> unwritten.forEach(
                    callback -> callback.onCompletion(null, new KafkaException("the producer is closed"))));
            try {
                aborted.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void shouldEndTheWaitWithoutSuccess_whenTheAppCloses() {
        // Given
        for (int i = 0; i < 200; i++) {
            messages.send(message(0, i, 10_000));
        }
        CompletableFuture<Void> commit = CompletableFuture.runAsync(messages::awaitRoom);

        // When
        messages.giveUp();

        // Then
        assertThatThrownBy(() -> commit.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(KafkaException.class);
    }

    @Test
    void shouldHaveNoTransactionAndKeepTheOrder_whenConfigured() {
        Map<String, Object> config = MessageProducer.config(
                Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "t", ProducerConfig.ACKS_CONFIG, "1"), "name");

        assertThat(config)
                .doesNotContainKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)
                .containsEntry(ProducerConfig.ACKS_CONFIG, "all")
                .containsEntry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1)
                .containsEntry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none")
                .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    }

    private static ProducerRecord<byte[], byte[]> message(int to, long sequence, int bytes) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(TopicCatalogue.REQUESTS, to, /* key= */ null, new byte[bytes]);
        new MessageNumber(FROM, sequence).putInto(record.headers());
        return record;
    }
}
