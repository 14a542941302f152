package io.sluice.streams.topology;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Measures another processor from outside, so that the processor itself needs no clock. */
public final class MeasuredProcessor implements Processor<byte[], byte[], Object, byte[]> {
    private final Processor<byte[], byte[], Object, byte[]> measured;
    private final StageMeters stages;
    private ProcessorContext<Object, byte[]> context;

    @SuppressWarnings("NullAway.Init")
    public MeasuredProcessor(Processor<byte[], byte[], Object, byte[]> measured, StageMeters stages) {
        this.measured = measured;
        this.stages = stages;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> newContext) {
        context = newContext;
        measured.init(newContext);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long startedNanos = System.nanoTime();
        stages.queued(context.currentSystemTimeMs() - record.timestamp());
        measured.process(record);
        stages.decided(System.nanoTime() - startedNanos);
    }

    @Override
    public void close() {
        measured.close();
    }
}
