package io.sluice.client.decisions;

import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.request.DecisionId;
import io.sluice.topics.BackwardReader;
import io.sluice.topics.RecordGuard;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a decision is in its partition by halving. A decision ID is the offset of the request, and a partition
 * decides its requests in order. So IDs grow along the partition, whosever they are.
 */
final class DecisionLocator {
    /** No closer: a search reads as much in one piece. */
    private static final long CLOSE_ENOUGH = 512;

    private static final long PROBE = 64;
    private static final int PROBE_GROWTH = 8;

    private final BackwardReader reader;
    private final RecordGuard guard;
    private final TopicPartition partition;
    private final BooleanSupplier isOver;

    /** A record that answers a request of its own. */
    private record Found(long offset, long requestOffset) {}

    DecisionLocator(BackwardReader reader, RecordGuard guard, TopicPartition partition, BooleanSupplier isOver) {
        this.reader = reader;
        this.guard = guard;
        this.partition = partition;
        this.isOver = isOver;
    }

    /** An offset that is at most the decision's, and close to it; all that is known so far if the time is over. */
    long atOrBefore(DecisionId decision, long from, long to) {
        long low = from;
        long high = to;
        while (high - low > CLOSE_ENOUGH && !isOver.getAsBoolean()) {
            long middle = low + (high - low) / 2;
            Found first = firstFrom(middle, high);
            if (first == null || first.requestOffset() >= decision.offset()) {
                high = middle;
            } else {
                low = first.offset();
            }
        }
        return low;
    }

    private @Nullable Found firstFrom(long from, long to) {
        AtomicReference<@Nullable Found> first = new AtomicReference<>();
        long probe = PROBE;
        long probeFrom = from;
        while (probeFrom < to && first.get() == null && !isOver.getAsBoolean()) {
            long probeTo = Math.min(to, probeFrom + probe);
            boolean wasRead = reader.read(
                    partition, probeFrom, probeTo, () -> first.get() != null || isOver.getAsBoolean(), record -> {
                        if (first.get() == null) {
                            first.set(found(record));
                        }
                    });
            if (!wasRead) {
                break;
            }
            probeFrom = probeTo;
            probe *= PROBE_GROWTH;
        }
        return first.get();
    }

    /** Null for the end of what expired, which has no request, and for what cannot be read. */
    private @Nullable Found found(ConsumerRecord<byte[], byte[]> record) {
        AtomicReference<@Nullable Found> found = new AtomicReference<>();
        boolean unused = guard.read(record, readable -> {
            String id = DecisionFilter.idOf(DecisionCodec.read(readable.value()));
            if (id != null) {
                found.set(new Found(
                        readable.offset(), DecisionId.parse("decisionId", id).offset()));
            }
        });
        return found.get();
    }
}
