package io.sluice.streams.replica;

import io.sluice.engine.state.LogPosition;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.clients.CommittedConsumer;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.store.LocalCopies;
import io.sluice.streams.store.PartitionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that the streams app has committed, read from its changelog.
 *
 * <p><b>One moment.</b> A transaction of the streams app has the changes by some records, and the offset of the last of
 * them. Committed records end where the oldest open transaction begins. So what is read up to there is the state after
 * one commit, however many follow.
 *
 * <p><b>Compaction.</b> While the changelog is read, Kafka may remove a value that was replaced behind the end that was
 * looked up. So the end is looked up again, until what is left was read within a second: nothing so new is compacted.
 */
public final class PrimaryState implements ReplicaStart {
    private static final Logger LOG = LoggerFactory.getLogger(PrimaryState.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** How long Kafka may stay silent before the start fails, to be tried again. */
    private static final Duration SILENT_MAX = Duration.ofSeconds(15);

    private static final long LAST_PASS_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    /** While it is read, tombstones of what was read before may be compacted. */
    private static final long LOAD_NANOS_MAX = LocalCopies.TRUSTED.toNanos();

    private final Map<String, String> kafka;
    private final String changelog;
    private final ReplicaMeters meters;

    /**
     * The state of a streams app.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param changelog the topic of the app's state
     */
    public PrimaryState(Map<String, String> kafka, String changelog, ReplicaMeters meters) {
        this.kafka = Map.copyOf(kafka);
        this.changelog = changelog;
        this.meters = meters;
    }

    /**
     * Checks that every partition has a state, or a log from its first record on.
     *
     * @throws StartupException if a partition has neither, or Kafka does not answer
     */
    public void check(int partitions) throws StartupException {
        List<String> problems = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = CommittedConsumer.open(kafka)) {
            for (int partition = 0; partition < partitions; partition++) {
                String problem = hasState(consumer, partition) ? null : missingBeginning(consumer, partition);
                if (problem != null) {
                    problems.add(problem);
                }
            }
        } catch (KafkaException e) {
            throw new StartupException("Kafka does not answer: " + e.getMessage(), e);
        }
        if (!problems.isEmpty()) {
            throw new StartupException(problems);
        }
    }

    private boolean hasState(Consumer<byte[], byte[]> consumer, int partition) {
        List<PartitionInfo> known = consumer.partitionsFor(changelog, SILENT_MAX);
        TopicPartition state = new TopicPartition(changelog, partition);
        return known != null
                && known.size() > partition
                && consumer.endOffsets(List.of(state), SILENT_MAX).getOrDefault(state, 0L) > 0;
    }

    /** Why the log cannot be decided from its first record on; null if it can. */
    private @Nullable String missingBeginning(Consumer<byte[], byte[]> consumer, int partition) {
        TopicPartition log = new TopicPartition(TopicCatalogue.REQUESTS, partition);
        long first = consumer.beginningOffsets(List.of(log), SILENT_MAX).getOrDefault(log, 0L);
        return first == 0
                ? null
                : TopicCatalogue.REQUESTS + " partition " + partition + ": begins at offset " + first + ", and "
                        + changelog + " has no state for it (expected: a log from offset 0, or the state of a streams"
                        + " app; start the streams app first)";
    }

    @Override
    public LogPosition load(int partition, PartitionStore store) {
        long startedNanos = System.nanoTime();
        store.clear();
        try (Consumer<byte[], byte[]> consumer = CommittedConsumer.open(kafka)) {
            long records = hasState(consumer, partition) ? read(consumer, partition, store) : 0;
            LogPosition position = store.position();
            if (position.offset() == LogPosition.NO_OFFSET) {
                begin(consumer, partition, records);
            } else {
                meters.startedFromState();
                LOG.info(
                        "partition {}: the replica has the state of {} up to offset {}, by {} records in {} ms",
                        partition,
                        changelog,
                        position.offset(),
                        records,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
            }
            return position;
        }
    }

    private void begin(Consumer<byte[], byte[]> consumer, int partition, long records) {
        String problem = records == 0
                ? missingBeginning(consumer, partition)
                : changelog + " partition " + partition
                        + ": has no offset of a decided record (expected: one, with every state)";
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
        meters.startedFromBeginning();
        LOG.info("partition {}: the replica begins at offset 0, since {} has no state", partition, changelog);
    }

    /** Reads the state into the store; returns how many records it took. */
    private long read(Consumer<byte[], byte[]> consumer, int partition, PartitionStore store) {
        TopicPartition state = new TopicPartition(changelog, partition);
        consumer.assign(List.of(state));
        consumer.seekToBeginning(List.of(state));
        long records = 0;
        long passNanos;
        long beganNanos = System.nanoTime();
        do {
            long startedNanos = System.nanoTime();
            records += pass(consumer, state, store);
            passNanos = System.nanoTime() - startedNanos;
        } while (passNanos > LAST_PASS_NANOS_MAX);
        if (System.nanoTime() - beganNanos > LOAD_NANOS_MAX) {
            throw new TimeoutException(state + " was read in more than " + LocalCopies.TRUSTED.toMinutes()
                    + " minutes: deletions may be missing");
        }
        return records;
    }

    /** Reads on to where the committed records end now. */
    private static long pass(Consumer<byte[], byte[]> consumer, TopicPartition state, PartitionStore store) {
        long end = consumer.endOffsets(List.of(state), SILENT_MAX).getOrDefault(state, 0L);
        long records = 0;
        long position = consumer.position(state, SILENT_MAX);
        long progressNanos = System.nanoTime();
        while (position < end) {
            List<KeyValue<Bytes, byte[]>> entries = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                entries.add(KeyValue.pair(Bytes.wrap(record.key()), record.value()));
            }
            store.load(entries);
            records += entries.size();
            long next = consumer.position(state, SILENT_MAX);
            if (next > position) {
                position = next;
                progressNanos = System.nanoTime();
            } else if (System.nanoTime() - progressNanos > SILENT_MAX.toNanos()) {
                throw new TimeoutException(
                        state + " could not be read to its end: nothing came for " + SILENT_MAX.toSeconds() + " s");
            }
        }
        return records;
    }
}
