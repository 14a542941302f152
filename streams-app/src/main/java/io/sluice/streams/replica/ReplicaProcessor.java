package io.sluice.streams.replica;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.PartitionStore;
import io.sluice.streams.topology.Names;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * A processor that decides a partition a second time, only for its replies; the streams app decides it authoritatively.
 *
 * <pre>
 *   sluice.requests.v1 ──┬──▶ streams app ──▶ replies, decisions, changelog ──┐
 *                        │                                                    │ at the start, once
 *                        └──▶ replica: the same processor ──▶ replies         │
 *                                 ▲                                           │
 *                                 ╰──────────── state and its offset ◀────────┘
 * </pre>
 *
 * <p><b>Where it begins.</b> The streams app's changelog has, for each moment, a state and the offset of the last
 * record in it. The replica takes both, and reads the log from there. It ignores its own group's offsets, which may
 * be ahead of the state or behind it.
 *
 * <p><b>Why its replies are equal.</b> It runs what the streams app runs, from a state that the streams app had, over
 * the same records. ADR 0046 lists what could make two runs differ, and why none of it does.
 *
 * <p><b>What it never says.</b> The streams app has answered the records that are already in the state. The processor
 * would answer them as already decided, and that reply could come first. So the replica skips them.
 *
 * <p><b>When it is silent.</b> It sends no reply to a record with too many others after it, because its caller has
 * stopped waiting. It counts records and uses no clock: if the clocks of brokers and replicas differed, the age of
 * records could silence a replica that is not behind.
 *
 * <p><b>When it is in doubt.</b> A message between partitions that the replica's rules keys do not prove may be proven
 * by those of the streams app, which then has another state. So from such a message on, the replica sends no reply
 * about the partition, until it starts again from the streams app's state.
 */
public final class ReplicaProcessor implements Processor<byte[], byte[], Object, byte[]> {
    private final Processor<byte[], byte[], Object, byte[]> decider;
    private final Parts parts;
    // Set anew by every init.
    private ProcessorContext<Object, byte[]> context;
    private TopicPartition partition;
    private RepliesOnly<byte[]> replies;
    private long decidedOffset;

    /**
     * The parts that all processors of a replica share.
     *
     * @param config bounds
     * @param start fills a partition's store
     * @param seeker goes to where that state ends
     * @param logEnd tells how far the log goes on
     * @param meters counts
     */
    public record Parts(
            ReplicaConfig config, ReplicaStart start, LogSeeker seeker, LogEnd logEnd, ReplicaMeters meters) {}

    /**
     * A replica of one partition.
     *
     * @param decider what the streams app runs
     */
    @SuppressWarnings("NullAway.Init")
    public ReplicaProcessor(Processor<byte[], byte[], Object, byte[]> decider, Parts parts) {
        this.decider = decider;
        this.parts = parts;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> newContext) {
        context = newContext;
        partition =
                new TopicPartition(TopicCatalogue.REQUESTS, newContext.taskId().partition());
        PartitionStore store = newContext.getStateStore(Names.STATE_STORE);
        decidedOffset = parts.start().load(partition.partition(), store).offset();
        parts.seeker().seek(partition, decidedOffset + 1);
        replies = new RepliesOnly<>(newContext, parts.meters());
        decider.init(replies);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata place = context.recordMetadata().orElseThrow();
        if (place.offset() <= decidedOffset) {
            return;
        }
        decidedOffset = place.offset();
        long behindRecords = parts.logEnd().of(partition) - (place.offset() + 1);
        replies.withhold(behindRecords > parts.config().behindRecordsMax());
        decider.process(record);
    }

    @Override
    public void close() {
        decider.close();
        replies.close();
    }
}
