package io.sluice.perf.topology;

import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * Kafka Streams for the baseline, configured as the streams app configures it, but with Streams' own clients, which do
 * not linger; small batches gain nothing from being compressed, so theirs are not.
 */
final class StatelessStreams implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final KafkaStreams streams;

    private StatelessStreams(KafkaStreams streams) {
        this.streams = streams;
    }

    static StatelessStreams start(Topology topology, PerfCluster cluster, String applicationId) throws IOException {
        KafkaStreams streams = new KafkaStreams(topology, properties(cluster, applicationId));
        streams.start();
        return new StatelessStreams(streams);
    }

    /** The other values of the streams app's own {@code StreamsProperties}, which that module keeps to itself. */
    private static Properties properties(PerfCluster cluster, String applicationId) throws IOException {
        Properties p = new Properties();
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        p.put(
                StreamsConfig.STATE_DIR_CONFIG,
                cluster.newDirectory(applicationId).toString());
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 6_000);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 65_536);
        p.put(StreamsConfig.POLL_MS_CONFIG, 50);
        p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 1_000);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 250);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        p.put(StreamsConfig.consumerPrefix(CommonClientConfigs.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        p.put(StreamsConfig.consumerPrefix(CommonClientConfigs.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
        return p;
    }

    @Override
    public void close() {
        boolean failed = !streams.state().isRunningOrRebalancing();
        streams.close(CLOSE_WITHIN);
        if (failed) {
            throw new IllegalStateException("the baseline's streams have failed (expected: to be running)");
        }
    }
}
