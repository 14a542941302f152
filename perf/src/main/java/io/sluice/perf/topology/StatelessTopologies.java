package io.sluice.perf.topology;

import io.sluice.perf.kafka.PerfCluster;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** The baselines: what Kafka Streams does with the same requests when nothing is remembered. */
final class StatelessTopologies {
    private static final String SOURCE = "requests";
    private static final String TWIN = "twin";

    private StatelessTopologies() {}

    /** Every request's bytes to the reply topic: the most that a topology can do. */
    static Topology copy() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(TopicCatalogue.REQUESTS, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .mapValues(value -> value.clone())
                .to(TopicCatalogue.REPLIES, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        return builder.build();
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
                .addSink(TwinProcessor.REPLIES, TopicCatalogue.REPLIES, correlationId, bytes, addressed, TWIN)
                .addSink(TwinProcessor.DECISIONS, TopicCatalogue.DECISIONS, bytes, bytes, TWIN);
    }
}
