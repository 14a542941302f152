package io.sluice.streams;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.assignment.CaughtUpTaskAssignor;
import io.sluice.streams.clients.BrokerTime;
import io.sluice.streams.ops.OutputErrors;
import io.sluice.streams.ops.ProcessingErrors;
import io.sluice.streams.store.RocksDbMemory;
import io.sluice.streams.store.RocksDbTuning;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The configuration for Kafka Streams: our defaults, overridden by the operator's settings. */
public final class StreamsProperties {
    /** The group, and the prefix of internal topics and transactional IDs, unless the operator names another. */
    public static final String APPLICATION_ID = "sluice";

    /**
     * A rebalance waits so long for a member that sends heartbeats and does not join; no request is answered meanwhile.
     * A stream thread polls many times a second: it does not restore by itself, and processes some thousand requests at
     * most before it polls again.
     */
    public static final Duration REBALANCE_WITHIN = Duration.ofSeconds(20);

    /** A machine that dies closes no connection. Its clients know only when this time is over. */
    private static final int BROKER_SILENT_MILLIS = 6_000;
    /** The same for a connection that is being opened. */
    private static final int BROKER_ABSENT_MILLIS = 2_000;

    private StreamsProperties() {}

    public static Properties of(StreamsAppConfig config, RocksDbMemory memory) {
        return of(config.kafka(), config.stateDir(), config.limits().threads(), memory);
    }

    /** The configuration of an application that has so many threads. */
    public static Properties of(Map<String, String> kafka, Path stateDir, int threads, RocksDbMemory memory) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        p.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        // The partitions' stores have a cache of their own.
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbTuning.class);
        p.put(RocksDbMemory.CONFIG, memory);
        p.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        putGuarantee(p);
        putLatency(p);
        putFailover(p);
        putLastLines(p);
        putOverrides(p, kafka);
        return p;
    }

    /**
     * An operator's setting for all clients of Kafka Streams must win over our default for one kind of client.
     */
    private static void putOverrides(Properties p, Map<String, String> kafka) {
        for (String name : kafka.keySet()) {
            p.remove(StreamsConfig.consumerPrefix(name));
            p.remove(StreamsConfig.mainConsumerPrefix(name));
            p.remove(StreamsConfig.producerPrefix(name));
            p.remove(StreamsConfig.adminClientPrefix(name));
        }
        if (kafka.containsKey(StreamsConfig.RACK_AWARE_ASSIGNMENT_TAGS_CONFIG)) {
            // Ours knows nothing of racks; Kafka's does.
            p.remove(StreamsConfig.TASK_ASSIGNOR_CLASS_CONFIG);
        }
        p.putAll(kafka);
    }

    /** The properties of a streams app that plain clients understand; they are no static members. */
    public static Map<String, String> clientsOwn(Map<String, String> kafka) {
        Map<String, String> own = new HashMap<>(kafka);
        own.remove("group.instance.id");
        own.remove(StreamsConfig.APPLICATION_ID_CONFIG);
        return own;
    }

    /** Accounting is exactly once; verdicts need not wait for it, since a replay computes them again. */
    private static void putGuarantee(Properties p) {
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
        // Longer than the commit interval and any pause of the JVM, or the app fences itself.
        p.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 6_000);
        // Requests may have been waiting since before the app was first started.
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    }

    private static void putLatency(Properties p) {
        // Not for replies: see LingeringClients. A tenth of the commit interval: a commit finds little that is not yet
        // sent, and where few requests come, their records still travel together. Batches that lingered are large
        // enough to be worth compressing, and a broker spends its time on bytes.
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 50);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 65_536);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), 5_000);
        // Records end a poll at once. An idle thread goes round this often, for commits, clean-up and partitions to
        // take.
        p.put(StreamsConfig.POLL_MS_CONFIG, 50);
        p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 1_000);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 250);
    }

    /** No record may end a thread: neither one that it reads nor one that it writes. */
    private static void putLastLines(Properties p) {
        // Changelogs have the largest records; all others are checked against their topics' bounds before.
        p.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                TopicCatalogue.STATE_BYTES_MAX + TopicCatalogue.ENVELOPE_BYTES_MAX);
        p.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, OutputErrors.class);
        p.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessingErrors.class);
        p.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, BrokerTime.class);
    }

    private static void putFailover(Properties p) {
        p.put(StreamsConfig.consumerPrefix(CommonClientConfigs.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        // A member learns by its heartbeats that its group rebalances, and everybody waits for the last one to join.
        p.put(StreamsConfig.consumerPrefix(CommonClientConfigs.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
        p.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                Math.toIntExact(REBALANCE_WITHIN.toMillis()));
        List<UnaryOperator<String>> clients =
                List.of(StreamsConfig::consumerPrefix, StreamsConfig::producerPrefix, StreamsConfig::adminClientPrefix);
        for (UnaryOperator<String> of : clients) {
            p.put(of.apply(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG), BROKER_SILENT_MILLIS);
            p.put(of.apply(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG), BROKER_ABSENT_MILLIS);
            p.put(of.apply(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG), BROKER_SILENT_MILLIS);
        }
        p.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
        // In changelog records. Less than a restore takes some milliseconds for. More than is written between two
        // commits, which is how far a copy is always behind.
        p.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 1_000);
        p.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000);
        p.put(StreamsConfig.TASK_ASSIGNOR_CLASS_CONFIG, CaughtUpTaskAssignor.class.getName());
        CaughtUpTaskAssignor.putStarted(p, Instant.now());
        // The broker decides, unless it is configured otherwise: 3 in production, 1 on a single node.
        p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    }
}
