package io.sluice.cli.simulation;

import io.sluice.engine.state.LogPosition;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionProcessor;
import io.sluice.streams.admission.SimulatedProcessor;
import io.sluice.streams.replay.DetachedContext;
import io.sluice.streams.store.SimulatedStore;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** One partition at one app: the real processor and store, as an active task or as a standby of it. */
final class SimulatedTask extends DetachedContext {
    final int partition;
    final SimulatedStore store;
    /** The offset of the next record to read. */
    long nextOffset;

    private final SimulatedApp app;
    private final TaskDefect defect;
    private final List<Change> changelog;
    private AdmissionProcessor processor;
    private @Nullable ConsumerRecord<byte[], byte[]> current;
    private int restoredTo;
    private boolean isActive;

    private record ReadRecord(String topic, int partition, long offset) implements RecordMetadata {}

    SimulatedTask(SimulatedApp app, int partition, List<Change> changelog, AdmissionConfig config) {
        super(partition);
        this.app = app;
        this.partition = partition;
        this.changelog = changelog;
        this.defect = new TaskDefect(app.world().defect);
        this.store = new SimulatedStore(
                partition,
                config.cachedEntriesMax(),
                Math.max(1, config.cachedEntriesMax() / 2),
                (key, value) -> app.changed(partition, new Change(key, value)));
        this.processor = newProcessor(config);
        store.open();
    }

    private AdmissionProcessor newProcessor(AdmissionConfig config) {
        return SimulatedProcessor.of(config, app.metrics(), app.rulesets(), defect::view);
    }

    /** As a standby: takes a part of what it lacks. */
    void follow(int changes) {
        restoreTo(Math.min(changelog.size(), restoredTo + changes));
    }

    private void restoreTo(int end) {
        for (; restoredTo < end; restoredTo++) {
            Change change = changelog.get(restoredTo);
            store.restore(change.key(), change.value());
        }
    }

    int lag() {
        return changelog.size() - restoredTo;
    }

    int restored() {
        return restoredTo;
    }

    /** Begins to decide, from this offset on. */
    void activate(long fromOffset, AdmissionConfig config) {
        processor = newProcessor(config);
        start(fromOffset);
    }

    private void start(long fromOffset) {
        int end = defect.isStandbyBehind() ? Math.max(restoredTo, changelog.size() - 3) : changelog.size();
        restoreTo(end);
        store.clearCache();
        defect.started();
        nextOffset = fromOffset;
        isActive = true;
        processor.init(this);
        if (defect.forgetsMessages()) {
            store.store().beforeCommit(() -> {});
        }
    }

    /** After an aborted transaction: Streams wipes the store, and starts the same objects again. */
    void revive(long fromOffset) {
        closeDirty();
        store.open();
        start(fromOffset);
    }

    /** After a commit: from now on it is a standby. */
    void closeClean() {
        processor.close();
        isActive = false;
        store.checkpoint();
        store.close();
        restoredTo = changelog.size();
        store.open();
    }

    /** With its transaction aborted, nothing in its store can be trusted. */
    void closeDirty() {
        if (isActive) {
            processor.close();
        }
        isActive = false;
        if (defect.keepsAbortedState()) {
            store.flush();
            store.checkpoint();
            store.close();
            restoredTo = changelog.size();
            return;
        }
        store.close();
        store.wipe();
        restoredTo = 0;
    }

    /** As the same directory is opened by another process. */
    void reopen() {
        store.open();
    }

    void process(ConsumerRecord<byte[], byte[]> record) {
        LogPosition before = store.position();
        decide(defect.lateBefore(record));
        decide(defect.taken(record, app.clockMillis()));
        nextOffset = record.offset() + 1;
        LogPosition after = store.position();
        if (after.offset() != Math.max(before.offset(), record.offset()) && !defect.isDelaying()) {
            throw new AssertionError("partition " + partition + ": record " + record.offset() + " was decided at "
                    + before + ", and left " + after);
        }
        if (after.clock().millis() < before.clock().millis()) {
            throw new AssertionError(
                    "partition " + partition + ": time runs backwards, from " + before + " to " + after);
        }
        if (before.offset() >= record.offset()) {
            app.world().note(Occurrence.RECORD_REDELIVERED, partition + "-" + record.offset());
        }
    }

    private void decide(@Nullable ConsumerRecord<byte[], byte[]> record) {
        if (record != null) {
            current = record;
            processor.process(new Record<>(record.key(), record.value(), record.timestamp()));
            current = null;
        }
    }

    void punctuate() {
        punctuate(app.clockMillis());
    }

    /** No type variable can be bounded by an array, so this overrides by erasure. */
    @Override
    @SuppressWarnings("rawtypes")
    public void forward(Record record, String sink) {
        app.send(partition, record.key(), (byte[]) record.value(), record.headers(), sink);
    }

    @Override
    protected StateStore store() {
        return store.store();
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return current == null
                ? Optional.empty()
                : Optional.of(new ReadRecord(current.topic(), current.partition(), current.offset()));
    }

    @Override
    public long currentSystemTimeMs() {
        return app.clockMillis();
    }
}
