package io.sluice.topics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guard between the records of one topic and their reader, so that no record can stop the reader.
 *
 * <p>A record that cannot be read is counted by its cause and skipped. The log names the first one, and then at most
 * one a minute, so that a flood of them does not become a flood of lines. Failures of Kafka itself are passed on.
 */
public final class RecordGuard {
    /** The largest value that is read: more than anything that Sluice writes. */
    public static final int VALUE_BYTES_MAX = TopicCatalogue.REQUEST_BYTES_MAX;

    private static final Logger LOG = LoggerFactory.getLogger(RecordGuard.class);
    private static final long LINE_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int DETAIL_CHARS_MAX = 300;

    private final String topic;
    private final LongSupplier nanoTime;
    private final Map<Cause, Counter> skipped = new EnumMap<>(Cause.class);
    private boolean hasLogged;
    private long loggedNanos;
    private long unloggedCount;

    /** Why a record was skipped. */
    public enum Cause {
        /** It has no value, and nothing on this topic is ever deleted that way. */
        TOMBSTONE,
        /** Its value is larger than {@link #VALUE_BYTES_MAX}. */
        TOO_LARGE,
        /** It has another format version, perhaps from a future version of Sluice. */
        VERSION,
        /** It is not a valid record of the topic. */
        MALFORMED,
        /** It has no valid signature. */
        UNTRUSTED,
        /** Its reader failed on it: a defect of Sluice, to be reported. */
        FAILED;

        String tag() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public RecordGuard(String topic, MeterRegistry registry) {
        this(topic, registry, System::nanoTime);
    }

    RecordGuard(String topic, MeterRegistry registry, LongSupplier nanoTime) {
        this.topic = topic;
        this.nanoTime = nanoTime;
        for (Cause cause : Cause.values()) {
            skipped.put(
                    cause,
                    Counter.builder("sluice.topic.records.skipped")
                            .description("Records that a reader of a topic skipped")
                            .tag("topic", topic)
                            .tag("cause", cause.tag())
                            .register(registry));
        }
    }

    /**
     * Passes a record to the reader, or skips it; returns whether it was read.
     *
     * @throws KafkaException if the reader met a failure of Kafka itself, which has nothing to do with the record
     */
    public boolean read(ConsumerRecord<byte[], byte[]> record, RecordReader reader) {
        byte[] value = record.value();
        if (value == null) {
            skip(record, Cause.TOMBSTONE, "no value", null);
            return false;
        }
        if (value.length > VALUE_BYTES_MAX) {
            skip(record, Cause.TOO_LARGE, value.length + " bytes (expected: at most " + VALUE_BYTES_MAX + ")", null);
            return false;
        }
        try {
            reader.read(record);
            return true;
        } catch (WireException e) {
            skip(record, isOfAnotherVersion(e) ? Cause.VERSION : Cause.MALFORMED, String.valueOf(e.getMessage()), null);
        } catch (UntrustedException e) {
            skip(record, Cause.UNTRUSTED, String.valueOf(e.getMessage()), null);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            skip(record, Cause.FAILED, "a defect of Sluice: " + e, e);
        }
        return false;
    }

    /** Whether it has another version; a record without one is no record of Sluice at all. */
    private static boolean isOfAnotherVersion(WireException e) {
        return e.field().equals("v")
                && !e.detail().startsWith("missing")
                && !e.detail().startsWith("0 ");
    }

    private synchronized void skip(
            ConsumerRecord<byte[], byte[]> record, Cause cause, String detail, @Nullable RuntimeException defect) {
        Counter counter = skipped.get(cause);
        if (counter != null) {
            counter.increment();
        }
        long nowNanos = nanoTime.getAsLong();
        if (hasLogged && nowNanos - loggedNanos < LINE_INTERVAL_NANOS) {
            unloggedCount++;
            return;
        }
        LOG.warn(
                "{}-{} offset {} is skipped: {}: {}; {} more since the last such line",
                topic,
                record.partition(),
                record.offset(),
                cause.tag(),
                cut(detail),
                unloggedCount,
                defect);
        hasLogged = true;
        loggedNanos = nowNanos;
        unloggedCount = 0;
    }

    /** The content of a record must not fill the log, nor break its lines. */
    private static String cut(String detail) {
        String line = detail.codePoints()
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .limit(DETAIL_CHARS_MAX)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.length() < detail.length() ? line + "..." : line;
    }
}
