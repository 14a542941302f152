package io.sluice.streams.usage;

import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The graph of the usage roll-ups:
 *
 * <pre>
 *   sluice.decisions.v1 --&gt; usage-processor --&gt; sluice.usage.v1
 *    (a partition for each    ^ | |             (the partition of the decisions)
 *     request partition)      | | +---------&gt; sluice.alerts.v1
 *                             | +-----------&gt; sluice.replies.v1
 *                             | |               (to the partition that is named)
 *   sluice.usage-queries.v1 --+ usage store
 *    (the same partitions)      (RocksDB, changelog)
 * </pre>
 *
 * <p>It is an application of its own, so that nothing that happens here delays a verdict.
 */
public final class UsageTopology {
    private static final Map<String, String> CHANGELOG = Map.of(
            "cleanup.policy", "compact",
            "max.message.bytes", Integer.toString(TopicCatalogue.REQUEST_BYTES_MAX),
            "segment.ms", "3600000",
            "min.cleanable.dirty.ratio", "0.3");

    private UsageTopology() {}

    /** The graph of an app. */
    public static Topology build(UsageBounds bounds, int replyPartitions, UsageMetrics metrics) {
        ByteArraySerializer bytes = new ByteArraySerializer();
        Serializer<UsageSinkKey> key = (topic, place) -> place.key();
        StreamPartitioner<UsageSinkKey, byte[]> samePartition =
                (topic, place, value, partitions) -> Optional.of(Set.of(place.partition() % partitions));
        Serializer<ReplyAddress> correlationId =
                (topic, address) -> address.correlationId().getBytes(StandardCharsets.UTF_8);
        StreamPartitioner<ReplyAddress, byte[]> addressed =
                (topic, address, value, partitions) -> Optional.of(Set.of(address.partition()));
        return new Topology()
                .addSource(
                        Names.USAGE_SOURCE,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        TopicCatalogue.DECISIONS)
                .addSource(
                        AutoOffsetReset.latest(),
                        Names.USAGE_QUERIES_SOURCE,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        TopicCatalogue.USAGE_QUERIES)
                .addProcessor(
                        Names.USAGE_PROCESSOR,
                        () -> new UsageProcessor(bounds, replyPartitions, metrics),
                        Names.USAGE_SOURCE,
                        Names.USAGE_QUERIES_SOURCE)
                .addStateStore(new UsageStoreBuilder(Names.USAGE_STORE, CHANGELOG), Names.USAGE_PROCESSOR)
                .addSink(Names.USAGE_SINK, TopicCatalogue.USAGE, key, bytes, samePartition, Names.USAGE_PROCESSOR)
                .addSink(Names.USAGE_ALERTS_SINK, TopicCatalogue.ALERTS, bytes, bytes, Names.USAGE_PROCESSOR)
                .addSink(
                        Names.USAGE_REPLIES_SINK,
                        TopicCatalogue.REPLIES,
                        correlationId,
                        bytes,
                        addressed,
                        Names.USAGE_PROCESSOR);
    }
}
