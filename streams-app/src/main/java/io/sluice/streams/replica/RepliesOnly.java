package io.sluice.streams.replica;

import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.streams.admission.DeadLetters;
import io.sluice.streams.topology.Names;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A processor context that forwards only replies, for a replica's processor.
 *
 * @param <V> what the processor forwards; a method's type cannot be bounded by an array
 */
final class RepliesOnly<V> implements ProcessorContext<Object, V> {
    private static final Logger LOG = LoggerFactory.getLogger(RepliesOnly.class);

    private final ProcessorContext<Object, V> context;
    private final ReplicaMeters meters;
    private boolean withheld;
    /** The streams app may have taken a message that this replica could not prove: their states may differ. */
    private boolean inDoubt;

    RepliesOnly(ProcessorContext<Object, V> context, ReplicaMeters meters) {
        this.context = context;
        this.meters = meters;
    }

    /** Whether the record that is being decided is too far behind for a reply. */
    void withhold(boolean newWithheld) {
        withheld = newWithheld;
    }

    @Override
    public <K extends Object, W extends V> void forward(Record<K, W> record) {
        throw new UnsupportedOperationException("forward: to all sinks (expected: to one, by its name)");
    }

    @Override
    public <K extends Object, W extends V> void forward(Record<K, W> record, String sink) {
        if (sink.equals(Names.DEAD_LETTERS_SINK) && DeadLetters.isUnprovenMessage(record.headers())) {
            doubt();
        }
        if (!sink.equals(Names.REPLIES_SINK)) {
            return;
        }
        if ((withheld || inDoubt) && !isRevocation(record.key())) {
            meters.withheld();
            return;
        }
        context.forward(record, sink);
    }

    private void doubt() {
        if (!inDoubt) {
            inDoubt = true;
            meters.inDoubt(taskId().partition(), /* isInDoubt= */ true);
            LOG.error(
                    "partition {} has a message that the rules keys of this replica do not prove (expected: the rules"
                            + " key file of the streams app); its replies are withheld until the replica starts again",
                    taskId().partition());
        }
    }

    /** The partition is another replica's. */
    void close() {
        meters.inDoubt(taskId().partition(), /* isInDoubt= */ false);
    }

    /** Revocations are sent even if late: a late one may end leases too early, which is safe. */
    private static boolean isRevocation(Object key) {
        return key instanceof ReplyAddress address && address.correlationId().equals(Revocation.CORRELATION_ID);
    }

    @Override
    public String applicationId() {
        return context.applicationId();
    }

    @Override
    public TaskId taskId() {
        return context.taskId();
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return context.recordMetadata();
    }

    @Override
    public Serde<?> keySerde() {
        return context.keySerde();
    }

    @Override
    public Serde<?> valueSerde() {
        return context.valueSerde();
    }

    @Override
    public File stateDir() {
        return context.stateDir();
    }

    @Override
    public StreamsMetrics metrics() {
        return context.metrics();
    }

    @Override
    public <S extends StateStore> S getStateStore(String name) {
        return context.getStateStore(name);
    }

    @Override
    public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
        return context.schedule(interval, type, callback);
    }

    @Override
    public Cancellable schedule(Instant start, Duration interval, PunctuationType type, Punctuator callback) {
        return context.schedule(start, interval, type, callback);
    }

    @Override
    public void commit() {
        context.commit();
    }

    @Override
    public Map<String, Object> appConfigs() {
        return context.appConfigs();
    }

    @Override
    public Map<String, Object> appConfigsWithPrefix(String prefix) {
        return context.appConfigsWithPrefix(prefix);
    }

    @Override
    public long currentSystemTimeMs() {
        return context.currentSystemTimeMs();
    }

    @Override
    public long currentStreamTimeMs() {
        return context.currentStreamTimeMs();
    }
}
