package io.sluice.replay.log;

import io.sluice.streams.replay.UnprovenMessages;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The messages between partitions that the app of a log refused. They are looked up at the first message: most logs
 * have none, and then nobody needs the right to read dead letters. Thread-safe.
 */
final class RefusedMessages implements UnprovenMessages {
    private final LogSource log;
    private @Nullable UnprovenOffsets offsets;

    RefusedMessages(LogSource log) {
        this.log = log;
    }

    @Override
    public boolean has(int partition, long offset) {
        return offsets().has(partition, offset);
    }

    private synchronized UnprovenOffsets offsets() {
        UnprovenOffsets known = offsets;
        if (known == null) {
            try {
                known = log.unproven();
            } catch (LogException e) {
                // What ends a run.
                throw new KafkaException(e.getMessage(), e);
            }
            offsets = known;
        }
        return known;
    }
}
