package io.sluice.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.client.ForeignReplies.Cause;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.RecordGuard;
import io.sluice.topics.RecordReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that reads an instance's reply partition.
 *
 * <p>The partition is assigned, not subscribed: no group, no rebalance, nothing to commit. Reading starts at the end
 * of the partition. Uncommitted replies are read too, since a replay gives the same verdicts again.
 */
final class ReplyReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 200;
    /** No reply of ours is larger: a topic takes no more by default. */
    private static final int REPLY_BYTES_MAX = TopicCatalogue.REQUEST_BYTES_MAX;

    private static final byte[] REVOCATION_KEY = Revocation.CORRELATION_ID.getBytes(StandardCharsets.US_ASCII);

    private final Map<String, Object> properties;
    private final TopicPartition partition;
    private final RecordGuard guard;
    private final CorrelationIds ids;
    private final PendingReplies pending;
    private final LeaseService.Listener revocations;
    private final RequestTraces traces;
    private final RecentReplies recent;
    private final RecordReader acceptance = this::accept;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /** Where replies are read, where unreadable ones are counted, and how many are remembered. */
    record Source(
            Map<String, Object> properties,
            int partition,
            MeterRegistry registry,
            RequestTraces traces,
            int repliesRememberedMax) {
        Source(Map<String, Object> properties, int partition, MeterRegistry registry) {
            this(
                    properties,
                    partition,
                    registry,
                    new RequestTraces(OpenTelemetry.noop()),
                    ClientConfig.REPLIES_REMEMBERED_MAX);
        }
    }

    private ReplyReader(Source source, CorrelationIds ids, PendingReplies pending, LeaseService.Listener revocations) {
        this.properties = source.properties();
        this.partition = new TopicPartition(TopicCatalogue.REPLIES, source.partition());
        this.guard = new RecordGuard(TopicCatalogue.REPLIES, source.registry());
        this.traces = source.traces();
        this.recent = new RecentReplies(source.repliesRememberedMax(), source.registry());
        this.ids = ids;
        this.pending = pending;
        this.revocations = revocations;
        this.thread = new Thread(this::run, "sluice-client-replies");
        this.thread.setDaemon(true);
    }

    /** Seeks to the end of the partition, then reads; no reply to a later request can be missed. */
    static ReplyReader start(
            Source source, CorrelationIds ids, PendingReplies pending, LeaseService.Listener revocations) {
        ReplyReader reader = new ReplyReader(source, ids, pending, revocations);
        reader.consumer = reader.positioned();
        reader.thread.start();
        return reader;
    }

    private Consumer<byte[], byte[]> positioned() {
        Consumer<byte[], byte[]> positioned =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            positioned.assign(List.of(partition));
            positioned.seekToEnd(List.of(partition));
            // seekToEnd is lazy: asking for the position is what fixes it.
            positioned.position(partition);
            return positioned;
        } catch (KafkaException e) {
            positioned.close();
            throw e;
        }
    }

    private void run() {
        Throwable failure = null;
        while (!closing) {
            try {
                if (failure == null) {
                    read();
                } else {
                    restart(failure);
                    failure = null;
                }
            } catch (WakeupException e) {
                LOG.debug("woken to close");
            } catch (RuntimeException | Error e) {
                // Otherwise no reply would be read any more. What is done about it may fail, too, so it is done above.
                failure = e;
            }
        }
        closeConsumer();
    }

    private void read() {
        Consumer<byte[], byte[]> current = consumer;
        if (current == null) {
            consumer = positioned();
            // Replies that were written in between are not read.
            revocations.interrupted();
            return;
        }
        for (ConsumerRecord<byte[], byte[]> record : current.poll(POLL)) {
            guard.read(record, acceptance);
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) throws WireException {
        byte[] key = record.key();
        if (key == null) {
            throw new WireException("key", "missing (expected: a correlation ID)");
        }
        if (Arrays.equals(key, REVOCATION_KEY)) {
            acceptRevocation(record.value());
        } else if (ids.isOurs(key)) {
            acceptReply(ids.read(key), key, record);
        }
    }

    private void acceptReply(@Nullable CorrelationId id, byte[] key, ConsumerRecord<byte[], byte[]> record) {
        PendingReplies.Standing standing = id == null ? PendingReplies.Standing.FORGED : pending.standing(id);
        if (id == null || standing == PendingReplies.Standing.FORGED) {
            pending.repliedForeign(Cause.CORRELATION_ID);
            return;
        }
        byte[] value = record.value();
        if (recent.isAnotherReply(id, value)) {
            return;
        }
        ReplyCodec.Read read = value == null ? null : read(value);
        boolean named =
                read != null && Arrays.equals(key, read.reply().correlationId().getBytes(StandardCharsets.UTF_8));
        if (standing == PendingReplies.Standing.LATE) {
            pending.repliedLate();
            if (value != null && read != null && named) {
                recent.rememberLate(id, read.reply(), value);
            }
            return;
        }
        if (read == null) {
            pending.repliedForeign(Cause.UNREADABLE);
        } else if (!named) {
            pending.repliedForeign(Cause.CORRELATION_ID);
        } else if (value != null && pending.replied(id, read, traces.answering(record.headers()))) {
            recent.remember(id, read.reply(), value);
        }
    }

    /**
     * The content of a record; null if it is no reply. Somebody else may have written it, so nothing about it is an
     * error.
     */
    private static ReplyCodec.@Nullable Read read(byte[] value) {
        if (value.length > REPLY_BYTES_MAX) {
            return null;
        }
        try {
            return ReplyCodec.read(value);
        } catch (WireException | RuntimeException e) {
            LOG.debug("a record of the reply topic cannot be read", e);
            return null;
        }
    }

    /** If one cannot be read, everything counts as revoked: that is slower, but never wrong. */
    private void acceptRevocation(byte @Nullable [] value) {
        ReplyCodec.Read read = value == null ? null : read(value);
        if (read != null && read.reply() instanceof Revocation revocation) {
            revocations.revoked(revocation);
        } else {
            pending.repliedForeign(Cause.UNREADABLE);
            revocations.interrupted();
        }
    }

    /** Reading begins again at the end: so a record that is larger than the free memory is skipped. */
    private void restart(Throwable failure) {
        try {
            // A pause between attempts on a broken connection, not a wait for a condition. It comes first: so there is
            // one before each attempt, whatever fails of the rest.
            Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
        } catch (InterruptedException e) {
            closing = true;
        }
        closeConsumer();
        LOG.warn("reading replies failed; starting again", failure);
    }

    private void closeConsumer() {
        Consumer<byte[], byte[]> current = consumer;
        consumer = null;
        if (current != null) {
            try {
                current.close();
            } catch (RuntimeException | Error e) {
                LOG.debug("closing the reply consumer failed", e);
            }
        }
    }

    @Override
    public void close() {
        closing = true;
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
