package io.sluice.client;

import io.sluice.client.rules.RulesView;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that folds the committed audit trail into a {@link RulesView}, from its first entry on. */
final class AuditReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditReader.class);
    private static final TopicPartition AUDIT = new TopicPartition(TopicCatalogue.AUDIT, 0);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 500;

    private final Map<String, Object> properties;
    private final RulesView view = new RulesView();
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "sluice-client-audit");
    /** Where to go on after a failure; used by the thread alone. */
    private long nextOffset;

    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /** Somebody who waits until an entry is folded; there are no more than commands that wait. */
    private record Waiter(long sequence, CompletableFuture<Boolean> reached) {}

    private AuditReader(Map<String, Object> consumerProperties) {
        this.properties = new HashMap<>(consumerProperties);
        this.properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.thread.setDaemon(true);
    }

    static AuditReader start(Map<String, Object> consumerProperties) {
        AuditReader reader = new AuditReader(consumerProperties);
        reader.thread.start();
        return reader;
    }

    RulesView view() {
        return view;
    }

    /** Completes with true once the entry is folded, with false if that takes too long. */
    CompletableFuture<Boolean> reached(long sequence, long withinMillis) {
        Waiter waiter = new Waiter(sequence, new CompletableFuture<>());
        waiters.add(waiter);
        release();
        return waiter.reached().completeOnTimeout(false, withinMillis, TimeUnit.MILLISECONDS);
    }

    private void release() {
        long sequence = view.sequence();
        waiters.removeIf(waiter -> {
            if (waiter.sequence() <= sequence) {
                waiter.reached().completeAsync(() -> true);
            }
            return waiter.reached().isDone() || waiter.sequence() <= sequence;
        });
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (Consumer<byte[], byte[]> opened =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException e) {
                LOG.debug("woken to close");
            } catch (RuntimeException | WireException e) {
                LOG.warn("reading the audit trail failed; starting again", e);
                pause();
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> opened) throws WireException {
        opened.assign(List.of(AUDIT));
        if (nextOffset == 0) {
            opened.seekToBeginning(List.of(AUDIT));
        } else {
            opened.seek(AUDIT, nextOffset);
        }
        long end = opened.endOffsets(List.of(AUDIT), TIMEOUT).getOrDefault(AUDIT, 0L);
        while (closing.getCount() > 0) {
            if (opened.position(AUDIT, TIMEOUT) >= end) {
                view.completed();
            }
            for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
                view.apply(AuditCodec.decode(record.value()));
                nextOffset = record.offset() + 1;
            }
            release();
        }
    }

    private void pause() {
        try {
            // Between two attempts; ends at once when closed, and then the loop does.
            boolean closed = closing.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("starting again: {}", !closed);
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
