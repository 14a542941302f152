package io.sluice.streams.rules;

import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.store.RestorableStores;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The graph of the rules writer:
 *
 * <pre>
 *   sluice.rules-commands.v1 --&gt; rules-processor --&gt; sluice.audit.v1
 *        (one partition)           |        |    --&gt; sluice.rules.v1
 *                      control plane state  |    --&gt; sluice.replies.v1
 *                         (RocksDB, changelog)   --&gt; sluice.dead-letters.v1
 * </pre>
 *
 * <p>It does not write to the request topic: admissions are read committed, so an open transaction there would hold up
 * every admission behind it. {@link RulesBroadcaster} writes revisions there, without a transaction.
 */
final class RulesTopology {
    private static final Map<String, String> CHANGELOG = Map.of(
            "cleanup.policy", "compact", "max.message.bytes", Integer.toString(2 * TopicCatalogue.REQUEST_BYTES_MAX));

    private RulesTopology() {}

    static Topology build(RulesWriterConfig config, RulesMetrics metrics) {
        ByteArraySerializer bytes = new ByteArraySerializer();
        StoreBuilder<KeyValueStore<Bytes, byte[]>> controlPlane = Stores.keyValueStoreBuilder(
                        new RestorableStores(Names.CONTROL_PLANE_STORE), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(CHANGELOG);
        Serializer<ReplyAddress> correlationId =
                (topic, address) -> address.correlationId().getBytes(StandardCharsets.UTF_8);
        StreamPartitioner<ReplyAddress, byte[]> addressed =
                (topic, address, value, partitions) -> Optional.of(Set.of(address.partition()));
        return new Topology()
                .addSource(
                        Names.COMMANDS_SOURCE,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        TopicCatalogue.RULES_COMMANDS)
                .addProcessor(Names.RULES_PROCESSOR, () -> new RulesProcessor(config, metrics), Names.COMMANDS_SOURCE)
                .addStateStore(controlPlane, Names.RULES_PROCESSOR)
                .addSink(Names.AUDIT_SINK, TopicCatalogue.AUDIT, bytes, bytes, Names.RULES_PROCESSOR)
                .addSink(Names.RULES_SINK, TopicCatalogue.RULES, bytes, bytes, Names.RULES_PROCESSOR)
                .addSink(
                        Names.REPLIES_SINK,
                        TopicCatalogue.REPLIES,
                        correlationId,
                        bytes,
                        addressed,
                        Names.RULES_PROCESSOR)
                .addSink(Names.DEAD_LETTERS_SINK, TopicCatalogue.DEAD_LETTERS, bytes, bytes, Names.RULES_PROCESSOR);
    }
}
