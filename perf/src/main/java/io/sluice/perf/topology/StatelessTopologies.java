package io.sluice.perf.topology;

import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** The baseline: what Kafka Streams does with the same requests when nothing is remembered. */
final class StatelessTopologies {
    static final String TWIN_DECISIONS = "perf.twin.decisions";
    private static final String TWIN_REPLIES = "perf.twin.replies";
    private static final short ONE_REPLICA = 1;
    private static final String SOURCE = "requests";
    private static final String TWIN = "twin";

    private StatelessTopologies() {}

    /** Where the twin writes: topics of its own, so that the app's hold only what the app decided. */
    static List<NewTopic> topics() {
        return List.of(
                new NewTopic(TWIN_REPLIES, PerfCluster.REPLY_PARTITIONS, ONE_REPLICA),
                new NewTopic(TWIN_DECISIONS, PerfCluster.REQUEST_PARTITIONS, ONE_REPLICA));
    }

    /**
     * The admission topology without its ledger: decodes the same requests, writes the same two records.
     *
     * @param limits how many its answers list
     */
    static Topology twin(int limits) {
        ByteArraySerializer bytes = new ByteArraySerializer();
        Serializer<ReplyAddress> correlationId =
                (topic, address) -> address.correlationId().getBytes(StandardCharsets.UTF_8);
        StreamPartitioner<ReplyAddress, byte[]> addressed =
                (topic, address, value, partitions) -> Optional.of(Set.of(address.partition()));
        return new Topology()
                .addSource(SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), TopicCatalogue.REQUESTS)
                .addProcessor(
                        TWIN,
                        () -> new TwinProcessor(PerfCluster.REQUEST_PARTITIONS, PerfCluster.REPLY_PARTITIONS, limits),
                        SOURCE)
                .addSink(TwinProcessor.REPLIES, TWIN_REPLIES, correlationId, bytes, addressed, TWIN)
                .addSink(TwinProcessor.DECISIONS, TWIN_DECISIONS, bytes, bytes, TWIN);
    }
}
