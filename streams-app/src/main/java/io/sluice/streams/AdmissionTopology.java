package io.sluice.streams;

import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.admission.AdmissionProcessor;
import io.sluice.streams.admission.CompiledRulesets;
import io.sluice.streams.store.LocalCopies;
import io.sluice.streams.store.PartitionStore;
import io.sluice.streams.store.PartitionStoreBuilder;
import io.sluice.streams.topology.MeasuredProcessor;
import io.sluice.streams.topology.MessageAddress;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The graph of the streams app: one source, one processor with one store, seven sinks.
 *
 * <pre>
 *   sluice.requests.v1 --&gt; admission-processor --&gt; sluice.replies.v1        (to the partition that is named)
 *                              |        |      --&gt; sluice.decisions.v1
 *                              |        |      --&gt; sluice.alerts.v1
 *                         sluice-state  |      --&gt; sluice.dead-letters.v1
 *                        (RocksDB,      |      --&gt; sluice.accounts.v1
 *                         changelog)    |      --&gt; sluice.audit.v1
 *                                       |      --&gt; sluice.requests.v1       (messages to other partitions)
 * </pre>
 *
 * <p>One sub-topology with one input topic on purpose: a second input, such as a rules topic, would have no fixed place
 * in the order of the requests, and could stall them. No repartition step either: inside an exactly-once app it would
 * wait for a commit. Messages to other partitions leave at once, outside the transactions: an open transaction would
 * hold back every request behind it.
 */
public final class AdmissionTopology {
    private static final Map<String, String> CHANGELOG = Map.of(
            "max.message.bytes", Integer.toString(TopicCatalogue.STATE_BYTES_MAX + TopicCatalogue.ENVELOPE_BYTES_MAX),
            "cleanup.policy", "compact",
            "min.cleanable.dirty.ratio", "0.1",
            "segment.bytes", "67108864",
            "segment.ms", "600000",
            "max.compaction.lag.ms", "600000",
            "delete.retention.ms", Long.toString(LocalCopies.TOMBSTONES_KEPT.toMillis()));

    private AdmissionTopology() {}

    /** The graph of an app; {@code storeWriter} runs the writes to its stores' RocksDB. */
    public static Topology build(AdmissionConfig config, AdmissionMetrics metrics, Executor storeWriter) {
        return build(config, metrics, storeWriter, OpenTelemetry.noop());
    }

    /** The graph of an app, with spans for records whose senders have them traced. */
    public static Topology build(
            AdmissionConfig config, AdmissionMetrics metrics, Executor storeWriter, OpenTelemetry openTelemetry) {
        ByteArraySerializer bytes = new ByteArraySerializer();
        CompiledRulesets rulesets = new CompiledRulesets();
        StoreBuilder<PartitionStore> state = new PartitionStoreBuilder(
                Names.STATE_STORE, CHANGELOG, config.cachedEntriesMax(), storeWriter, metrics);
        Serializer<MessageAddress> messageKey = (topic, address) -> address.key();
        StreamPartitioner<MessageAddress, byte[]> messaged =
                (topic, address, value, partitions) -> Optional.of(Set.of(address.partition()));
        Topology topology = new Topology()
                .addSource(
                        Names.REQUESTS_SOURCE,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        TopicCatalogue.REQUESTS)
                .addProcessor(
                        Names.ADMISSION_PROCESSOR,
                        () -> new MeasuredProcessor(
                                new AdmissionProcessor(config, metrics, rulesets, openTelemetry), metrics.stages()),
                        Names.REQUESTS_SOURCE)
                .addStateStore(state, Names.ADMISSION_PROCESSOR);
        return withReplies(topology)
                .addSink(Names.DECISIONS_SINK, TopicCatalogue.DECISIONS, bytes, bytes, Names.ADMISSION_PROCESSOR)
                .addSink(Names.ALERTS_SINK, TopicCatalogue.ALERTS, bytes, bytes, Names.ADMISSION_PROCESSOR)
                .addSink(Names.DEAD_LETTERS_SINK, TopicCatalogue.DEAD_LETTERS, bytes, bytes, Names.ADMISSION_PROCESSOR)
                .addSink(Names.ACCOUNTS_SINK, TopicCatalogue.ACCOUNTS, bytes, bytes, Names.ADMISSION_PROCESSOR)
                .addSink(Names.AUDIT_SINK, TopicCatalogue.AUDIT, bytes, bytes, Names.ADMISSION_PROCESSOR)
                .addSink(
                        Names.MESSAGES_SINK,
                        TopicCatalogue.REQUESTS,
                        messageKey,
                        bytes,
                        messaged,
                        Names.ADMISSION_PROCESSOR);
    }

    /** Adds the sink of replies: each goes to the partition that its request names. */
    static Topology withReplies(Topology topology) {
        Serializer<ReplyAddress> correlationId =
                (topic, address) -> address.correlationId().getBytes(StandardCharsets.UTF_8);
        StreamPartitioner<ReplyAddress, byte[]> addressed =
                (topic, address, value, partitions) -> Optional.of(Set.of(address.partition()));
        return topology.addSink(
                Names.REPLIES_SINK,
                TopicCatalogue.REPLIES,
                correlationId,
                new ByteArraySerializer(),
                addressed,
                Names.ADMISSION_PROCESSOR);
    }
}
