package io.sluice.streams.replay;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.wide.OwnerStatement;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.admission.AdmissionProcessor;
import io.sluice.streams.admission.CompiledRulesets;
import io.sluice.streams.admission.DeadLetters;
import io.sluice.streams.admission.LogFollower;
import io.sluice.streams.admission.OwnersAtHand;
import io.sluice.streams.store.RunStore;
import io.sluice.streams.topology.MessageAddress;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The log of one request partition, run again: the processor of the streams app, over a store of its own, outside of
 * Kafka Streams.
 *
 * <pre>
 *   records of the log ──▶ {@link #feed} ──▶ AdmissionProcessor ──▶ {@link RunOutputs}
 *                                                 ▲ ▼
 *                                              RunStore
 * </pre>
 *
 * <p>Nothing of a decision is written a second time here. Whatever the processor comes to do with a record, a run does.
 * Not thread-safe.
 */
public final class PartitionRun extends DetachedContext implements AutoCloseable {
    /** Entries that the clean-up reads each time it is asked to. */
    private static final int SWEEP_ENTRIES_MAX = 5_000;

    private static final Duration NEVER_BY_ITSELF = Duration.ofDays(1);

    private final int partition;
    private final RunOutputs outputs;
    private final RunStore store;
    private final AdmissionProcessor processor;
    private final LogFollower follower;
    private RecordPlace place = new RecordPlace(-1, -1);

    /** What the processor is told of the record that it gets. */
    private record RecordPlace(int partition, long offset) implements RecordMetadata {
        @Override
        public String topic() {
            return TopicCatalogue.REQUESTS;
        }
    }

    /**
     * A partition before its first record.
     *
     * @param directory for its state; the caller deletes it
     * @param registry counts what happens, under the names of the streams app's metrics
     */
    public PartitionRun(
            int partition, RunSettings settings, Place directory, MeterRegistry registry, RunOutputs outputs) {
        super(partition);
        this.partition = partition;
        this.outputs = outputs;
        AdmissionMetrics metrics = new AdmissionMetrics(registry);
        this.store = new RunStore(
                partition, directory.path(), directory.memory().rocksDb(), settings.cachedEntriesMax(), metrics);
        AdmissionConfig config = new AdmissionConfig(
                        settings.requestPartitions(),
                        settings.replyPartitions(),
                        settings.keys(),
                        NEVER_BY_ITSELF,
                        SWEEP_ENTRIES_MAX,
                        settings.cachedEntriesMax(),
                        // The log already has the marks that were written.
                        (markPartition, reason) -> {},
                        MessageKey.ofReplay())
                .beginningAnywhere()
                .refusing(offset -> settings.unproven().has(partition, offset));
        OwnersAtHand owners =
                settings.owners() == null ? null : settings.owners().atHand();
        this.processor = new AdmissionProcessor(
                owners == null ? config : config.asking(owners), metrics, new CompiledRulesets(), OpenTelemetry.noop());
        processor.init(this);
        this.follower = new LogFollower(processor, owners);
    }

    /**
     * The place in the log of a message between partitions that the app refused, since nothing proved it; null if this
     * is the dead letter of anything else.
     */
    public static @Nullable DecisionId unprovenMessage(Headers deadLetter) {
        return DeadLetters.unprovenMessage(deadLetter);
    }

    /** Where a run keeps its state. */
    public record Place(Path path, RunMemory memory) {}

    /**
     * Decides the next record of the log.
     *
     * @throws RunFailedException if the run cannot go on
     */
    public void feed(long offset, long timestampMillis, byte @Nullable [] key, byte @Nullable [] value) {
        place = new RecordPlace(partition, offset);
        try {
            processor.process(new Record<>(key, value, timestampMillis, new RecordHeaders()));
        } catch (KafkaException e) {
            // What ends a stream thread: an unknown ledger version, or a store that cannot be written.
            throw failed(e);
        }
    }

    /**
     * Goes on to the next record, and decides the request that the log's own run of this partition has just decided.
     * Where that has sent a request to other partitions, this waits until it is home, and decides it then: so decisions
     * of both have the same names. What owners of wide buckets say is what they said then, unless this run asks them.
     *
     * @param own the run of the same partition under the log's own rules, which has got the record
     * @return whether a request was decided
     * @throws RunFailedException if the run cannot go on
     */
    public boolean follow(
            PartitionRun own, long offset, long timestampMillis, byte @Nullable [] key, byte @Nullable [] value) {
        place = new RecordPlace(partition, offset);
        try {
            return follower.follow(own.processor, new Record<>(key, value, timestampMillis, new RecordHeaders()));
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    /**
     * Explains the request that a record of the log asks for, or brings home, in place of the record.
     *
     * @param question asks for the explanation
     * @param said what owners of wide buckets said on the request's way
     * @throws RunFailedException if the run cannot go on
     */
    public void explain(
            long offset, long timestampMillis, byte @Nullable [] key, byte[] question, List<OwnerStatement> said) {
        place = new RecordPlace(partition, offset);
        try {
            processor.explain(new Record<>(key, question, timestampMillis, new RecordHeaders()), said);
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    private RunFailedException failed(KafkaException e) {
        return new RunFailedException(
                "the log cannot be run from " + partition + "-" + place.offset() + " on: " + e.getMessage(), e);
    }

    /** Whether the last record brought a request home from other partitions. */
    public boolean hasArrival() {
        return LogFollower.hasArrival(processor);
    }

    /**
     * Puts a ruleset in force between two records, as if its activation had come there.
     *
     * @param payload an activation, which need not be signed
     * @throws WireException if it is none, or its document does not compile
     */
    public void activate(String payload) throws WireException {
        processor.activate(payload);
    }

    /**
     * Puts access entries in force between two records, as if they had come there.
     *
     * @param payload the entries, which need not be signed
     * @throws WireException if they cannot be read
     */
    public void activateAccess(String payload) throws WireException {
        processor.activateAccess(payload);
    }

    /** The revision in force; 0 before the first. */
    public long revisionInForce() {
        return processor.revisionInForce();
    }

    /** The partition's time at its last record. */
    public long clockMillis() {
        return processor.clockMillis();
    }

    /** Ends what an account holds whose time is over, as the clean-up may at any time. */
    public void endDueHolds(String account) {
        processor.endDueHolds(account);
    }

    /** One step of the clean-up, which keeps the state small and changes no verdict. */
    public void cleanUp() {
        punctuate(0);
    }

    @Override
    public void close() {
        processor.close();
        store.close();
    }

    /** No type variable can be bounded by an array, so this overrides by erasure. */
    @Override
    @SuppressWarnings("rawtypes")
    public void forward(Record record, String sink) {
        byte[] value = (byte[]) record.value();
        switch (sink) {
            case Names.DECISIONS_SINK -> outputs.decision(value);
            case Names.REPLIES_SINK -> outputs.reply(value);
            case Names.MESSAGES_SINK -> {
                MessageAddress address = (MessageAddress) record.key();
                outputs.message(address.partition(), address.key(), value);
            }
            case Names.DEAD_LETTERS_SINK ->
                outputs.deadLetter(
                        header(record.headers(), "sluice.reason"),
                        (header(record.headers(), "sluice.field") + " " + header(record.headers(), "sluice.detail"))
                                .strip());
            default -> {
                // Alerts, profiles and audit entries follow from the same results as the decisions.
            }
        }
    }

    private static String header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    protected StateStore store() {
        return store.store();
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return Optional.of(place);
    }

    /** Only lines of the app's log depend on it. */
    @Override
    public long currentSystemTimeMs() {
        return 0;
    }
}
