package io.sluice.streams.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that finds partitions whose records cannot be read yet, because of an open transaction before them.
 *
 * <p>Sluice writes to these topics without transactions, so the transaction is foreign. Until it ends or times out,
 * all later records of its partition wait. A partition counts as held back once two checks in a row found it at the
 * same position.
 *
 * <p>The app stays ready meanwhile: any other instance would have to wait at the same place, and the accounts of the
 * other partitions get their verdicts.
 */
final class HeldBackPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(HeldBackPartitions.class);
    private static final long NOWHERE = -1;
    private static final int NAMED_MAX = 8;

    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    private final Map<TopicPartition, Position> positions =
            new TreeMap<>((one, other) -> one.topic().equals(other.topic())
                    ? Integer.compare(one.partition(), other.partition())
                    : one.topic().compareTo(other.topic()));
    private volatile String detail = "";

    HeldBackPartitions(Admin admin, List<TopicPartition> partitions, MeterRegistry registry) {
        this.admin = admin;
        for (TopicPartition partition : partitions) {
            Position position = new Position();
            ends.put(partition, OffsetSpec.latest());
            positions.put(partition, position);
            Gauge.builder("sluice.held.back", position, Position::waiting)
                    .description("Records behind a foreign open transaction, which nobody may read yet")
                    .tag("topic", partition.topic())
                    .tag("partition", Integer.toString(partition.partition()))
                    .register(registry);
            Gauge.builder("sluice.held.back.seconds", position, standing -> standing.seconds(System.nanoTime()))
                    .description("How long a foreign open transaction has held the partition back")
                    .tag("topic", partition.topic())
                    .tag("partition", Integer.toString(partition.partition()))
                    .register(registry);
        }
    }

    /** The end of the readable part of one partition, and the time since when it is there. */
    private static final class Position {
        private long stable = NOWHERE;
        private long sinceNanos;
        private volatile long waiting;
        private volatile long heldSinceNanos;
        /** The position that was reported; nowhere if none was. */
        private long reported = NOWHERE;

        long waiting() {
            return waiting;
        }

        double seconds(long nowNanos) {
            return waiting == 0 ? 0 : (nowNanos - heldSinceNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        }

        void look(long newStable, long behind, long nowNanos) {
            if (behind == 0) {
                stable = NOWHERE;
                waiting = 0;
            } else if (newStable != stable) {
                stable = newStable;
                sinceNanos = nowNanos;
                waiting = 0;
            } else {
                heldSinceNanos = sinceNanos;
                waiting = behind;
            }
        }
    }

    /** The partitions that are held back, in a sentence; empty if there are none. */
    String detail() {
        return detail;
    }

    /** Where the partitions end whose leaders answer, for {@link #look}; they are one at least. */
    Map<TopicPartition, Long> written() throws ExecutionException, InterruptedException, TimeoutException {
        return offsets(IsolationLevel.READ_UNCOMMITTED);
    }

    /**
     * Takes a look at the partitions.
     *
     * @param written from before this call, so that what is written in between is not counted as waiting
     */
    void look(Map<TopicPartition, Long> written) throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> readable = offsets(IsolationLevel.READ_COMMITTED);
        long nowNanos = System.nanoTime();
        for (Map.Entry<TopicPartition, Position> partition : positions.entrySet()) {
            TopicPartition name = partition.getKey();
            Long stable = readable.get(name);
            Long end = written.get(name);
            // One without a leader stays as it was last seen.
            if (stable != null && end != null) {
                partition.getValue().look(stable, Math.max(0, end - stable), nowNanos);
                report(name, partition.getValue());
            }
        }
        detail = described();
    }

    private String described() {
        List<TopicPartition> held = positions.entrySet().stream()
                .filter(partition -> partition.getValue().waiting() > 0)
                .map(Map.Entry::getKey)
                .toList();
        if (held.isEmpty()) {
            return "";
        }
        String names =
                held.stream().limit(NAMED_MAX).map(TopicPartition::toString).collect(Collectors.joining(", "));
        return names + (held.size() > NAMED_MAX ? " and " + (held.size() - NAMED_MAX) + " more" : "")
                + " held back by a foreign open transaction";
    }

    private Map<TopicPartition, Long> offsets(IsolationLevel isolation)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        ListOffsetsResult asked = admin.listOffsets(ends, new ListOffsetsOptions(isolation));
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(ClusterWatch.TIMEOUT_SECONDS);
        ExecutionException refused = null;
        for (TopicPartition partition : ends.keySet()) {
            long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
            try {
                offsets.put(
                        partition,
                        asked.partitionResult(partition)
                                .get(leftNanos, TimeUnit.NANOSECONDS)
                                .offset());
            } catch (ExecutionException e) {
                refused = e;
            } catch (TimeoutException e) {
                LOG.debug("the leader of {} does not answer", partition, e);
            }
        }
        if (offsets.isEmpty()) {
            if (refused != null) {
                throw refused;
            }
            throw new TimeoutException("no leader of " + ends.size() + " partitions answers");
        }
        return offsets;
    }

    private void report(TopicPartition partition, Position position) throws InterruptedException {
        if (position.waiting > 0 && position.reported != position.stable) {
            position.reported = position.stable;
            LOG.warn(
                    "{} is held back: {} records from offset {} on wait for the open transaction of {} (expected:"
                            + " nobody writes there in a transaction; to end it: kafka-transactions.sh abort --topic {}"
                            + " --partition {} --start-offset {})",
                    partition,
                    position.waiting,
                    position.stable,
                    owner(partition, position.stable),
                    partition.topic(),
                    partition.partition(),
                    position.stable);
        } else if (position.stable == NOWHERE && position.reported != NOWHERE) {
            position.reported = NOWHERE;
            LOG.info("{} is no longer held back", partition);
        }
    }

    /** Who holds a partition back, as far as this app may know it. */
    private String owner(TopicPartition partition, long stable) throws InterruptedException {
        try {
            List<ProducerState> producers = admin.describeProducers(List.of(partition))
                    .partitionResult(partition)
                    .get(ClusterWatch.TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .activeProducers();
            for (ProducerState producer : producers) {
                if (producer.currentTransactionStartOffset().orElse(NOWHERE) == stable) {
                    return owner(producer.producerId());
                }
            }
            return "a producer that is gone";
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the producers of {} could not be described", partition, e);
            return "a producer that this app may not describe";
        }
    }

    private String owner(long producerId) throws InterruptedException {
        String unknown = "producer " + producerId;
        try {
            return admin
                    .listTransactions(new ListTransactionsOptions().filterProducerIds(Set.of(producerId)))
                    .all()
                    .get(ClusterWatch.TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .stream()
                    .map(TransactionListing::transactionalId)
                    .findFirst()
                    .map(id -> "transactional.id " + id + ", " + unknown)
                    .orElse(unknown);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the transactions of producer {} could not be listed", producerId, e);
            return unknown;
        }
    }
}
