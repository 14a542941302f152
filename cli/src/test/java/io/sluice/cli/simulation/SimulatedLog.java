package io.sluice.cli.simulation;

import io.sluice.replay.log.LogPoint;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.streams.topology.Names;
import io.sluice.testkit.keys.TestKeys;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The log of a simulated cluster, and what was committed on it. */
record SimulatedLog(SimulatedCluster cluster) implements LogSource {
    @Override
    public String name() {
        return "a simulation";
    }

    @Override
    public int partitions() {
        return World.REQUEST_PARTITIONS;
    }

    @Override
    public int replyPartitions() {
        return World.REPLY_PARTITIONS;
    }

    @Override
    public TrustedKeys keys() {
        return TestKeys.TRUSTED;
    }

    @Override
    public LogReader requests(int partition, @Nullable LogPoint from) {
        return new Reader(cluster.log().records().stream()
                .filter(record -> record.partition() == partition)
                .map(record -> new LoggedRecord(record.offset(), record.timestamp(), record.key(), record.value()))
                .toList());
    }

    @Override
    public LogReader decisions(int partition) {
        // The simulation keeps no offsets of what it commits; the order is that of the topic.
        AtomicLong offsets = new AtomicLong();
        return new Reader(cluster.committed().stream()
                .filter(output -> output.sink().equals(Names.DECISIONS_SINK))
                .filter(output ->
                        AccountPartitioner.partitionOf(Objects.requireNonNull(output.key()), World.REQUEST_PARTITIONS)
                                == partition)
                .map(output -> new LoggedRecord(offsets.getAndIncrement(), 0, output.key(), output.value()))
                .toList());
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    private static final class Reader implements LogReader {
        private final List<LoggedRecord> records;
        private final Iterator<LoggedRecord> left;

        Reader(List<LoggedRecord> records) {
            this.records = records;
            this.left = records.iterator();
        }

        @Override
        public long beginOffset() {
            return 0;
        }

        @Override
        public long endOffset() {
            return records.isEmpty() ? 0 : records.get(records.size() - 1).offset() + 1;
        }

        @Override
        public @Nullable LoggedRecord next() {
            return left.hasNext() ? left.next() : null;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
