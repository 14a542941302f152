package io.sluice.streams;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.clients.LingeringClients;
import io.sluice.streams.ops.StartupCheck;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.ops.ThreadReplacement;
import io.sluice.streams.store.RocksDbMemory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** One running instance of the streams app. */
public final class StreamsApp implements AutoCloseable {
    /** The longest that {@link #close} waits for the stores. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(7);
    /** Of the memory given to RocksDB, the share that write buffers may take. */
    private static final int WRITE_BUFFER_SHARE = 3;

    private final KafkaStreams streams;
    private final RocksDbMemory memory;
    private final ExecutorService storeWriter;
    private final KafkaStreamsMetrics kafkaMetrics;
    private final boolean isStaticMember;

    private StreamsApp(
            KafkaStreams streams,
            RocksDbMemory memory,
            ExecutorService storeWriter,
            KafkaStreamsMetrics kafkaMetrics,
            boolean isStaticMember) {
        this.streams = streams;
        this.memory = memory;
        this.storeWriter = storeWriter;
        this.kafkaMetrics = kafkaMetrics;
        this.isStaticMember = isStaticMember;
    }

    /**
     * Checks the cluster and starts processing.
     *
     * @throws StartupException if the cluster is not what the app relies on, or cannot be reached
     */
    public static StreamsApp start(StreamsAppConfig config, MeterRegistry registry) throws StartupException {
        StartupCheck.Cluster cluster = checkedCluster(config);
        StreamsAppConfig.Limits limits = config.limits();
        RocksDbMemory memory = new RocksDbMemory(limits.rocksDbBytes(), limits.rocksDbBytes() / WRITE_BUFFER_SHARE);
        ExecutorService storeWriter = Executors.newSingleThreadExecutor(StreamsApp::storeWriterThread);
        try {
            AdmissionConfig admission = new AdmissionConfig(
                    cluster.requestPartitions(),
                    cluster.replyPartitions(),
                    config.keys(),
                    limits.sweepInterval(),
                    limits.sweepEntriesMax(),
                    limits.cachedEntriesMax(cluster.requestPartitions()));
            Properties properties = StreamsProperties.of(config, memory);
            LingeringClients clients = new LingeringClients(limits.outboxRecordsMax());
            Gauge.builder("sluice.outbox.records", clients, LingeringClients::waiting)
                    .description("Records of busy stream threads that their producers do not have yet")
                    .register(registry);
            KafkaStreams streams = new KafkaStreams(
                    AdmissionTopology.build(admission, new AdmissionMetrics(registry), storeWriter),
                    properties,
                    clients);
            streams.setUncaughtExceptionHandler(
                    new ThreadReplacement(limits.threadReplacementsMax(), System::nanoTime));
            KafkaStreamsMetrics kafkaMetrics = new KafkaStreamsMetrics(streams);
            kafkaMetrics.bindTo(registry);
            streams.start();
            return new StreamsApp(
                    streams, memory, storeWriter, kafkaMetrics, properties.containsKey("group.instance.id"));
        } catch (KafkaException e) {
            storeWriter.shutdown();
            memory.close();
            throw new StartupException("the streams app cannot start: " + e.getMessage(), e);
        }
    }

    private static Thread storeWriterThread(Runnable writing) {
        Thread thread = new Thread(writing, "sluice-store-writer");
        thread.setDaemon(true);
        return thread;
    }

    private static StartupCheck.Cluster checkedCluster(StreamsAppConfig config) throws StartupException {
        Map<String, Object> properties = new HashMap<>(config.kafka());
        String applicationId =
                config.kafka().getOrDefault(StreamsConfig.APPLICATION_ID_CONFIG, StreamsProperties.APPLICATION_ID);
        try (Admin admin = Admin.create(properties)) {
            return new StartupCheck(admin, applicationId).check();
        } catch (KafkaException e) {
            throw new StartupException("Kafka cannot be reached: " + e.getMessage(), e);
        }
    }

    /** Whether every task of this instance is assigned and restored. */
    public boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** Whether the instance has given up. */
    public boolean hasFailed() {
        return streams.state() == KafkaStreams.State.ERROR || streams.state() == KafkaStreams.State.PENDING_ERROR;
    }

    /**
     * Commits and stops. An instance leaves its group, so that others take over at once; a static member stays, so that
     * its own restart finds its partitions.
     */
    @Override
    public void close() {
        CloseOptions options = CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(
                        isStaticMember
                                ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                                : CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
        kafkaMetrics.close();
        boolean stopped = streams.close(options);
        // Stores that are still open hold on to both; they then go with the process.
        if (stopped) {
            storeWriter.shutdown();
            memory.close();
        }
    }
}
