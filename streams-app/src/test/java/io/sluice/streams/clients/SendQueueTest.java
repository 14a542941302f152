package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SendQueueTest {
    private static final int RECORDS_MAX = 2 * SendQueue.BUNDLE_RECORDS;

    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private final List<Exception> told = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch held = new CountDownLatch(1);
    /** Read by the queue's thread: a test changes it only while nothing is under way. */
    private volatile SendQueue.Sender sender = this::note;

    private final SendQueue box = new SendQueue((record, callback) -> sender.send(record, callback), RECORDS_MAX);

    private Future<RecordMetadata> note(ProducerRecord<byte[], byte[]> record, Callback callback) {
        sent.add(record.topic());
        return new CompletableFuture<>();
    }

    private Future<RecordMetadata> hold(ProducerRecord<byte[], byte[]> record, Callback callback) {
        awaitOpening();
        return note(record, callback);
    }

    private void awaitOpening() {
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        held.countDown();
        box.close();
    }

    private void put(int from, int count) {
        for (int i = from; i < from + count; i++) {
            box.put(new ProducerRecord<>("topic-" + i, new byte[0]), (metadata, failure) -> told.add(failure));
        }
    }

    private static List<String> topics(int count) {
        return IntStream.range(0, count).mapToObj(i -> "topic-" + i).toList();
    }

    @Test
    void shouldSendAllInTheirOrder_whenAwaited() {
        // Given
        int count = 10 * SendQueue.BUNDLE_RECORDS + 7;

        // When
        put(0, count);
        box.passOn();
        box.await();

        // Then
        assertThat(sent).isEqualTo(topics(count));
        assertThat(box.isEmpty()).isTrue();
        assertThat(box.records()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldKeepWhatIsPut_whenNobodyPassesItOn() {
        // When
        put(0, 3);

        // Then
        assertThat(box.isEmpty()).isFalse();
        box.await();
        assertThat(sent).isEmpty();
        box.passOn();
        box.await();
        assertThat(sent).isEqualTo(topics(3));
    }

    @Test
    void shouldHoldBackWhoeverPuts_whenItIsFull() {
        // Given
        sender = this::hold;
        put(0, RECORDS_MAX);
        assertThat(box.records()).isEqualTo(RECORDS_MAX);

        // When
        Thread putting = new Thread(() -> put(RECORDS_MAX, SendQueue.BUNDLE_RECORDS));
        putting.start();

        // Then
        await().until(() -> putting.getState() == Thread.State.WAITING);
        held.countDown();
        await().until(() -> !putting.isAlive());
        box.await();
        assertThat(sent).isEqualTo(topics(RECORDS_MAX + SendQueue.BUNDLE_RECORDS));
    }

    @Test
    void shouldDropWhatIsNotSent_whenDiscarded() {
        // Given
        sender = this::hold;
        put(0, SendQueue.BUNDLE_RECORDS + 1);

        // When
        Thread opening = new Thread(held::countDown);
        box.passOn();
        await().until(() -> box.records() == SendQueue.BUNDLE_RECORDS + 1);
        opening.start();
        box.discard();
        int sentBefore = sent.size();
        sender = this::note;
        put(7_000, 1);
        box.passOn();
        box.await();

        // Then: what comes after goes its way
        assertThat(sent).hasSize(sentBefore + 1).endsWith("topic-7000");
        assertThat(box.isEmpty()).isTrue();
    }

    @Test
    void shouldTellOfTheFenceItself_whenTheProducerIsFencedOff() {
        // Given
        ProducerFencedException fenced = new ProducerFencedException("another has the ID");
        sender = (record, callback) -> {
            throw new KafkaException("in an error state", fenced);
        };

        // When
        put(0, 2);
        box.passOn();
        box.await();

        // Then
        assertThat(told).containsExactly(fenced, fenced);
    }

    @Test
    void shouldWaitForATimeoutOnce_whenTheBrokerIsGone() {
        // Given
        TimeoutException timeout = new TimeoutException("no metadata after 5000 ms");
        sender = (record, callback) -> {
            awaitOpening();
            sent.add(record.topic());
            callback.onCompletion(null, timeout);
            return CompletableFuture.failedFuture(timeout);
        };

        // When
        put(0, SendQueue.BUNDLE_RECORDS + 1);
        box.passOn();
        held.countDown();
        box.await();

        // Then: each is told, and the next that comes is tried again
        assertThat(sent).hasSize(1);
        assertThat(told).hasSize(SendQueue.BUNDLE_RECORDS + 1).containsOnly(timeout);
        sender = this::note;
        put(7_000, 1);
        box.passOn();
        box.await();
        assertThat(sent).endsWith("topic-7000");
    }

    @Test
    void shouldRefuseToGoOn_whenABundleBrokeOff() {
        // Given
        sender = (record, callback) -> {
            if (record.topic().equals("topic-0")) {
                throw new IllegalStateException("a defect");
            }
            return note(record, callback);
        };
        put(0, 1);
        box.passOn();

        // When
        put(1, 1);
        box.passOn();

        // Then: until what was lost is given up
        assertThatThrownBy(box::await)
                .isInstanceOf(KafkaException.class)
                .hasMessage("records were lost on their way to the producer")
                .hasRootCauseMessage("a defect");
        assertThatThrownBy(box::await).isInstanceOf(KafkaException.class);
        box.discard();
        box.await();
        assertThat(sent).isEmpty();
    }
}
