package io.sluice.streams.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds partitions whose records nobody may read yet, because of an open transaction before them.
 *
 * <p>Sluice writes to these topics without transactions, so the transaction is foreign. Until it ends or times out,
 * everything behind it in its partition waits. A partition counts as held back once two checks in a row found it at the
 * same position.
 */
final class HeldBackPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(HeldBackPartitions.class);
    private static final long NOWHERE = -1;

    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    private final Map<TopicPartition, AtomicLong> waiting = new HashMap<>();
    /** The position of each partition at the last check, if something waited there. */
    private final Map<TopicPartition, Long> stoodAt = new HashMap<>();
    /** The partitions that were reported as held back. */
    private final Map<TopicPartition, Long> saidAt = new HashMap<>();

    HeldBackPartitions(Admin admin, List<TopicPartition> partitions, MeterRegistry registry) {
        this.admin = admin;
        for (TopicPartition partition : partitions) {
            AtomicLong records = new AtomicLong();
            ends.put(partition, OffsetSpec.latest());
            waiting.put(partition, records);
            Gauge.builder("sluice.held.back", records, AtomicLong::get)
                    .description("Records behind a stranger's open transaction, which nobody may read yet")
                    .tag("topic", partition.topic())
                    .tag("partition", Integer.toString(partition.partition()))
                    .register(registry);
        }
    }

    void look() throws ExecutionException, InterruptedException, TimeoutException {
        // In this order: what is written in between is not counted as waiting.
        Map<TopicPartition, Long> written = offsets(IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Long> readable = offsets(IsolationLevel.READ_COMMITTED);
        for (Map.Entry<TopicPartition, AtomicLong> partition : waiting.entrySet()) {
            TopicPartition name = partition.getKey();
            long stable = readable.getOrDefault(name, 0L);
            long behind = Math.max(0, written.getOrDefault(name, 0L) - stable);
            boolean stands = behind > 0 && stoodAt.getOrDefault(name, NOWHERE) == stable;
            partition.getValue().set(stands ? behind : 0);
            if (behind > 0) {
                stoodAt.put(name, stable);
            } else {
                stoodAt.remove(name);
            }
            say(name, stands, stable, behind);
        }
    }

    private Map<TopicPartition, Long> offsets(IsolationLevel isolation)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(ends, new ListOffsetsOptions(isolation))
                .all()
                .get(ClusterWatch.TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .forEach((partition, end) -> offsets.put(partition, end.offset()));
        return offsets;
    }

    private void say(TopicPartition partition, boolean stands, long stable, long behind) throws InterruptedException {
        if (stands && saidAt.getOrDefault(partition, NOWHERE) != stable) {
            saidAt.put(partition, stable);
            LOG.error(
                    "{} is held back: {} records from offset {} on wait for the open transaction of {} (expected:"
                            + " nobody writes there in a transaction)",
                    partition,
                    behind,
                    stable,
                    owner(partition, stable));
        } else if (!stands && behind == 0 && saidAt.remove(partition) != null) {
            LOG.info("{} is no longer held back", partition);
        }
    }

    /** The transactional ID that holds a partition back, as far as this app may know it. */
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
                    .map(id -> "transactional.id " + id)
                    .orElse(unknown);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the transactions of producer {} could not be listed", producerId, e);
            return unknown;
        }
    }
}
