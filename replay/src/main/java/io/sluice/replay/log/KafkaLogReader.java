package io.sluice.replay.log;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One partition of a topic. */
final class KafkaLogReader implements LogReader {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final long beginOffset;
    private long endOffset;
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();
    /** Came while the log was read, beyond the end. */
    private @Nullable ConsumerRecord<byte[], byte[]> beyond;

    private KafkaLogReader(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, long beginOffset, long endOffset) {
        this.consumer = consumer;
        this.partition = partition;
        this.beginOffset = beginOffset;
        this.endOffset = endOffset;
    }

    /** Takes over the consumer. */
    static KafkaLogReader open(Consumer<byte[], byte[]> consumer, String topic, int partition, @Nullable LogPoint from)
            throws LogException {
        TopicPartition place = new TopicPartition(topic, partition);
        try {
            consumer.assign(List.of(place));
            long begin = consumer.beginningOffsets(List.of(place), KafkaRequestLog.TIMEOUT)
                    .getOrDefault(place, 0L);
            long end =
                    consumer.endOffsets(List.of(place), KafkaRequestLog.TIMEOUT).getOrDefault(place, 0L);
            consumer.seek(place, Math.max(begin, Math.min(end, offset(consumer, place, from, begin, end))));
            return new KafkaLogReader(consumer, place, begin, end);
        } catch (KafkaException e) {
            consumer.close();
            throw new LogException(place + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static long offset(
            Consumer<?, ?> consumer, TopicPartition place, @Nullable LogPoint from, long begin, long end) {
        if (from instanceof LogPoint.AtOffset at) {
            return at.offset();
        }
        if (from instanceof LogPoint.AtMillis at) {
            OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(place, at.millis()), KafkaRequestLog.TIMEOUT)
                    .get(place);
            return found == null ? end : found.offset();
        }
        return begin;
    }

    @Override
    public long beginOffset() {
        return beginOffset;
    }

    @Override
    public long endOffset() {
        return endOffset;
    }

    @Override
    public @Nullable LoggedRecord next() throws LogException {
        ConsumerRecord<byte[], byte[]> record = nextRecord();
        return record == null
                ? null
                : new LoggedRecord(record.offset(), record.timestamp(), record.key(), record.value());
    }

    /** The next record with its headers; null at the end. */
    @Nullable ConsumerRecord<byte[], byte[]> nextRecord() throws LogException {
        try {
            ConsumerRecord<byte[], byte[]> record = beyond;
            if (record == null && (polled.hasNext() || poll())) {
                record = polled.next();
            }
            beyond = record != null && record.offset() >= endOffset ? record : null;
            return beyond != null ? null : record;
        } catch (KafkaException e) {
            throw new LogException(partition + " cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean poll() throws LogException {
        long position = consumer.position(partition, KafkaRequestLog.TIMEOUT);
        long progressNanos = System.nanoTime();
        while (position < endOffset) {
            polled = consumer.poll(POLL).iterator();
            if (polled.hasNext()) {
                return true;
            }
            long reached = consumer.position(partition, KafkaRequestLog.TIMEOUT);
            if (reached > position) {
                position = reached;
                progressNanos = System.nanoTime();
            } else if (System.nanoTime() - progressNanos > KafkaRequestLog.TIMEOUT.toNanos()) {
                // A poll of a broker that is gone is merely empty.
                throw new LogException(partition + " could not be read to its end: nothing came for "
                        + KafkaRequestLog.TIMEOUT.toSeconds() + " s");
            }
        }
        return false;
    }

    @Override
    public boolean extend() throws LogException {
        try {
            if (beyond == null && !polled.hasNext()) {
                polled = consumer.poll(POLL).iterator();
            }
            long end = consumer.endOffsets(List.of(partition), KafkaRequestLog.TIMEOUT)
                    .getOrDefault(partition, endOffset);
            boolean grown = end > endOffset;
            endOffset = end;
            return grown;
        } catch (KafkaException e) {
            throw new LogException(partition + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
