package io.sluice.streams.store;

import io.sluice.engine.state.LogPosition;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The position up to which every partition was decided, read from its changelog, for tools and tests outside the app.
 */
public final class LogPositions {
    private LogPositions() {}

    /** Folds changelog records, in offset order within each partition, into the resulting positions. */
    public static Map<Integer, LogPosition> latest(Iterable<ConsumerRecord<byte[], byte[]>> changelog) {
        Map<Integer, LogPosition> byPartition = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : changelog) {
            if (Arrays.equals(record.key(), StateKeys.CLOCK.get())) {
                byPartition.put(record.partition(), StateCodec.clock(record.value()));
            }
        }
        return byPartition;
    }
}
