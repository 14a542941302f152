package io.sluice.streams;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.clients.ClockMarks;
import io.sluice.streams.clients.LingeringClients;
import io.sluice.streams.clients.ReplyMeters;
import io.sluice.streams.clients.SendBounds;
import io.sluice.streams.clients.TransactionMeters;
import io.sluice.streams.ops.ClusterWatch;
import io.sluice.streams.ops.LostOutputs;
import io.sluice.streams.ops.ProbeAnswer;
import io.sluice.streams.ops.RestoreMeters;
import io.sluice.streams.ops.RunningStreams;
import io.sluice.streams.ops.StartupCheck;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.store.RocksDbMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** One running instance of the streams app, or of a reply replica of it. */
public final class StreamsApp implements AutoCloseable {
    /** The longest that {@link #close} waits for the stores. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(7);
    /** Of the memory given to RocksDB, the share that write buffers may take. */
    private static final int WRITE_BUFFER_SHARE = 3;

    private final RunningStreams running;
    private final Used used;
    private final KafkaStreamsMetrics kafkaMetrics;
    private final ClusterWatch watch;

    private StreamsApp(RunningStreams running, Used used, KafkaStreamsMetrics kafkaMetrics, ClusterWatch watch) {
        this.running = running;
        this.used = used;
        this.kafkaMetrics = kafkaMetrics;
        this.watch = watch;
    }

    /** What the stream threads use. */
    private record Used(RocksDbMemory memory, ExecutorService storeWriter, ClockMarks marks) {
        /** Closes it after an application that is running, or was never started. */
        void close(@Nullable RunningStreams running) {
            marks.close();
            // Stores that are still open use both; they are then freed when the process ends.
            if (running == null || running.stop()) {
                storeWriter.shutdown();
                memory.close();
            }
        }
    }

    /** What is started, and where it registers its meters. */
    private record Plan(
            StreamsAppConfig config,
            StartupCheck.Cluster cluster,
            AppRole role,
            Meters meters,
            OpenTelemetry openTelemetry) {}

    /**
     * The registry of the process.
     *
     * @param shared the same as the role sees it, for what both roles measure
     */
    private record Meters(MeterRegistry own, MeterRegistry shared) {}

    /**
     * Checks the cluster and starts processing.
     *
     * @throws StartupException if the cluster is not what the app relies on, or cannot be reached
     */
    public static StreamsApp start(StreamsAppConfig config, MeterRegistry registry) throws StartupException {
        return start(config, registry, OpenTelemetry.noop());
    }

    /**
     * Starts like {@link #start(StreamsAppConfig, MeterRegistry)}, with spans for requests whose senders have them
     * traced.
     *
     * @throws StartupException if the cluster is not what the app relies on, or cannot be reached
     */
    public static StreamsApp start(StreamsAppConfig config, MeterRegistry registry, OpenTelemetry openTelemetry)
            throws StartupException {
        StartupCheck.Cluster cluster = checkedCluster(config);
        AppRole role = AppRole.of(config, registry);
        role.check(cluster.requestPartitions());
        StreamsAppConfig.Limits limits = config.limits();
        Used used = new Used(
                new RocksDbMemory(
                        limits.rocksDbBytes(), limits.rocksDbBytes() / WRITE_BUFFER_SHARE, cluster.requestPartitions()),
                Executors.newSingleThreadExecutor(StreamsApp::storeWriterThread),
                // A replica writes nothing but replies.
                new ClockMarks(config.kafka(), config.replica() == null ? config.rulesKey() : null));
        try {
            return started(
                    new Plan(config, cluster, role, new Meters(registry, role.shared(registry)), openTelemetry), used);
        } catch (KafkaException e) {
            throw new StartupException("the " + role.label() + " cannot start: " + e.getMessage(), e);
        }
    }

    private static StreamsApp started(Plan plan, Used used) {
        SendBounds bounds = SendBounds.ofCatalogue();
        ClusterWatch watch = null;
        RunningStreams running = null;
        StreamsApp app = null;
        try {
            // Before the threads start: it has a client of Kafka, which may be configured wrongly.
            watch = watch(plan, bounds);
            running = running(plan, used, bounds);
            KafkaStreamsMetrics kafkaMetrics = new KafkaStreamsMetrics(running.streams());
            kafkaMetrics.bindTo(plan.meters().own());
            watch.start();
            app = new StreamsApp(running, used, kafkaMetrics, watch);
            return app;
        } finally {
            if (app == null) {
                if (watch != null) {
                    watch.close();
                }
                used.close(running);
            }
        }
    }

    private static ClusterWatch watch(Plan plan, SendBounds bounds) {
        return new ClusterWatch(
                Admin.create(
                        new HashMap<>(StreamsProperties.clientsOwn(plan.config().kafka()))),
                plan.role().applicationId(),
                plan.cluster().requestPartitions(),
                bounds,
                plan.meters().shared());
    }

    private static RunningStreams running(Plan plan, Used used, SendBounds bounds) {
        StreamsAppConfig config = plan.config();
        StreamsAppConfig.Limits limits = config.limits();
        MeterRegistry registry = plan.meters().own();
        AppRole role = plan.role();
        Properties properties = StreamsProperties.of(config, used.memory());
        plan.cluster().takeover().putInto(properties);
        role.adapt(properties);
        properties.put(LostOutputs.CONFIG, new LostOutputs(registry, bounds, System::nanoTime));
        LingeringClients clients = clients(limits, bounds, registry);
        return RunningStreams.start(
                new RunningStreams.Plan(
                        role.label(),
                        TopicCatalogue.REQUESTS,
                        plan.cluster().requestPartitions(),
                        limits.threadReplacementsMax(),
                        CLOSE_TIMEOUT,
                        new RestoreMeters(registry)),
                role.topology(
                        new AppRole.Processing(
                                admission(config, plan.cluster(), used.marks(), clients),
                                new AdmissionMetrics(plan.meters().shared(), limits.labels()),
                                used.storeWriter(),
                                plan.openTelemetry()),
                        clients),
                properties,
                clients,
                StreamsProperties.clientsOwn(config.kafka()));
    }

    private static AdmissionConfig admission(
            StreamsAppConfig config, StartupCheck.Cluster cluster, ClockMarks marks, LingeringClients clients) {
        StreamsAppConfig.Limits limits = config.limits();
        AdmissionConfig admission = new AdmissionConfig(
                cluster.requestPartitions(),
                cluster.replyPartitions(),
                config.keys(),
                limits.sweepInterval(),
                limits.sweepEntriesMax(),
                limits.cachedEntriesMax(cluster.requestPartitions()),
                marks,
                messageKey(config, cluster));
        // A replica sends no messages.
        return config.replica() == null ? admission.learningBy(clients.written()) : admission;
    }

    private static @Nullable MessageKey messageKey(StreamsAppConfig config, StartupCheck.Cluster cluster) {
        List<SigningKey> keys = new ArrayList<>();
        if (config.rulesKey() != null) {
            keys.add(config.rulesKey());
        }
        keys.addAll(config.otherRulesKeys());
        return keys.isEmpty() ? null : MessageKey.of(keys, cluster.messages());
    }

    private static LingeringClients clients(StreamsAppConfig.Limits limits, SendBounds bounds, MeterRegistry registry) {
        LingeringClients clients = new LingeringClients(
                limits.sendQueueRecordsMax(),
                bounds,
                new TransactionMeters(registry),
                new ReplyMeters(registry, System::nanoTime));
        Gauge.builder("sluice.send.queue.records", clients, LingeringClients::waiting)
                .description("Records of busy stream threads that wait for their producer")
                .register(registry);
        Gauge.builder("sluice.wide.unwritten.messages", clients, LingeringClients::unwrittenMessages)
                .description("Messages to request partitions that are not written")
                .register(registry);
        Gauge.builder("sluice.wide.unwritten.seconds", clients, it -> it.unwrittenMillis() / 1_000.0)
                .description("For how long the oldest of them has not been written")
                .register(registry);
        return clients;
    }

    private static Thread storeWriterThread(Runnable writing) {
        Thread thread = new Thread(writing, "sluice-store-writer");
        thread.setDaemon(true);
        return thread;
    }

    private static StartupCheck.Cluster checkedCluster(StreamsAppConfig config) throws StartupException {
        Map<String, Object> properties = new HashMap<>(config.kafka());
        try (Admin admin = Admin.create(properties)) {
            return new StartupCheck(admin, config.applicationId()).check();
        } catch (KafkaException e) {
            throw new StartupException("Kafka cannot be reached: " + e.getMessage(), e);
        }
    }

    /** Whether every task of this instance is assigned and restored, and the cluster is what it relies on. */
    public boolean isRunning() {
        return running.isRunning() && watch.isFine();
    }

    /** Whether it has its partitions and answers requests, and the cluster is what it relies on. */
    public ProbeAnswer ready() {
        return running.ready().and(watch.ready());
    }

    /** Whether another instance may be stopped: the standby copies of this one have caught up. */
    public ProbeAnswer standbys() {
        return running.standbys();
    }

    /** Whether the instance has given up. */
    public boolean hasFailed() {
        return running.hasFailed();
    }

    /** Calls back once when the instance has given up, at once if it already has. */
    public void onFailure(Runnable callback) {
        running.onFailure(callback);
    }

    /** Commits and stops. The instance leaves its group, so that others take over at once. */
    @Override
    public void close() {
        watch.close();
        kafkaMetrics.close();
        used.close(running);
    }
}
