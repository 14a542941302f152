package io.sluice.client.decisions;

import io.sluice.topics.BackwardReader;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A binary search for a place in a partition, by values that grow along it: the time of its records, and their
 * decision IDs.
 *
 * <p>Kafka's own time index cannot be used. It also has commit markers, with the time of the broker's clock, and
 * decisions after a marker may have earlier times.
 */
final class OffsetLocator {
    /** No closer: a search reads as much in one piece. */
    private static final long CLOSE_ENOUGH = 512;

    private static final long PROBE = 64;
    private static final int PROBE_GROWTH = 8;

    private final BackwardReader reader;
    private final TopicPartition partition;
    private final BooleanSupplier isOver;

    /** Where a record is, seen from the place that is looked for. */
    enum Side {
        BEFORE,
        REACHED,
        /** The record does not say. */
        UNKNOWN
    }

    /**
     * Offsets around a place.
     *
     * @param low all records before it are before the place
     * @param high no record from it on is before the place
     */
    record Bracket(long low, long high) {}

    private record Found(long offset, Side side) {}

    OffsetLocator(BackwardReader reader, TopicPartition partition, BooleanSupplier isOver) {
        this.reader = reader;
        this.partition = partition;
        this.isOver = isOver;
    }

    /** The closest offsets around a place; wider ones if the time is over. */
    Bracket around(long from, long to, Function<ConsumerRecord<byte[], byte[]>, Side> sideOf) {
        long low = from;
        long high = to;
        while (high - low > CLOSE_ENOUGH) {
            long middle = low + (high - low) / 2;
            Found first = firstFrom(middle, high, sideOf);
            if (isOver.getAsBoolean()) {
                break;
            }
            if (first == null || first.side() == Side.REACHED) {
                high = middle;
            } else {
                low = first.offset();
            }
        }
        return new Bracket(low, high);
    }

    private @Nullable Found firstFrom(long from, long to, Function<ConsumerRecord<byte[], byte[]>, Side> sideOf) {
        AtomicReference<@Nullable Found> first = new AtomicReference<>();
        long probe = PROBE;
        long probeFrom = from;
        while (probeFrom < to) {
            long probeTo = Math.min(to, probeFrom + probe);
            boolean wasRead = reader.read(
                    partition, probeFrom, probeTo, () -> first.get() != null || isOver.getAsBoolean(), record -> {
                        if (first.get() == null) {
                            Side side = sideOf.apply(record);
                            first.set(side == Side.UNKNOWN ? null : new Found(record.offset(), side));
                        }
                    });
            if (!wasRead || first.get() != null) {
                break;
            }
            probeFrom = probeTo;
            probe *= PROBE_GROWTH;
        }
        return first.get();
    }
}
