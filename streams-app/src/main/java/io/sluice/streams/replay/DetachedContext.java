package io.sluice.streams.replay;

import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The context of an admission processor that runs outside of Kafka Streams: it has one partition, one store and one
 * punctuator, which its owner calls. What a verdict must not depend on cannot be asked for.
 */
public abstract class DetachedContext implements ProcessorContext<Object, byte[]> {
    private final int partition;
    private @Nullable Punctuator punctuator;

    protected DetachedContext(int partition) {
        this.partition = partition;
    }

    /** The partition's only store. */
    protected abstract StateStore store();

    /** Calls the punctuator, if the processor has scheduled one. */
    protected final void punctuate(long nowMillis) {
        if (punctuator != null) {
            punctuator.punctuate(nowMillis);
        }
    }

    @Override
    @SuppressWarnings("rawtypes")
    public final void forward(Record record) {
        throw new UnsupportedOperationException("forward (expected: to a named sink)");
    }

    @Override
    public final TaskId taskId() {
        return new TaskId(0, partition);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public final <S extends StateStore> S getStateStore(String name) {
        return (S) store();
    }

    @Override
    public final Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
        punctuator = callback;
        return () -> punctuator = null;
    }

    @Override
    public final Cancellable schedule(Instant start, Duration interval, PunctuationType type, Punctuator callback) {
        return schedule(interval, type, callback);
    }

    @Override
    public final long currentStreamTimeMs() {
        throw new UnsupportedOperationException("currentStreamTimeMs: no verdict may depend on it");
    }

    @Override
    public final String applicationId() {
        return "sluice";
    }

    @Override
    public final Serde<?> keySerde() {
        throw new UnsupportedOperationException("keySerde");
    }

    @Override
    public final Serde<?> valueSerde() {
        throw new UnsupportedOperationException("valueSerde");
    }

    @Override
    public final File stateDir() {
        throw new UnsupportedOperationException("stateDir");
    }

    @Override
    public final StreamsMetrics metrics() {
        throw new UnsupportedOperationException("metrics");
    }

    @Override
    public final void commit() {
        throw new UnsupportedOperationException("commit");
    }

    @Override
    public final Map<String, Object> appConfigs() {
        return Map.of();
    }

    @Override
    public final Map<String, Object> appConfigsWithPrefix(String prefix) {
        return Map.of();
    }
}
