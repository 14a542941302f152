package io.sluice.streams.usage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.topic.RolePermissions;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.streams.StreamsProperties;
import io.sluice.streams.clients.LingeringClients;
import io.sluice.streams.clients.SendBounds;
import io.sluice.streams.ops.LostOutputs;
import io.sluice.streams.ops.ProbeAnswer;
import io.sluice.streams.ops.RestoreMeters;
import io.sluice.streams.ops.RunningStreams;
import io.sluice.streams.ops.StartupCheck;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.store.RocksDbMemory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance of the usage roll-ups: a Kafka Streams application of its own beside the streams app.
 *
 * <p>It has its own threads, group, transactions and stores. So it may start late, fall behind or fail without an
 * effect on verdicts, and {@link #start} throws nothing. It starts in a thread of its own. If it cannot start, or has
 * given up, it tries again after a pause.
 */
public final class UsageApp implements AutoCloseable {
    /** The pause before it is started again. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(UsageApp.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final long ROCKS_DB_BYTES = 48L << 20;
    private static final int WRITE_BUFFER_SHARE = 3;
    /** Long, because no caller waits for a count, and each commit saves every account that has changed. */
    private static final int COMMIT_MILLIS = 3_000;

    /** Long enough for the end of a minute with many accounts, and not more than brokers of Sluice allow. */
    private static final int TRANSACTION_MILLIS = 15_000;

    private static final int POLL_RECORDS_MAX = 2_000;
    private static final int SEND_QUEUE_RECORDS_MAX = 4_096;
    private static final List<String> TOPICS = List.of(
            TopicCatalogue.DECISIONS,
            TopicCatalogue.USAGE,
            TopicCatalogue.USAGE_QUERIES,
            TopicCatalogue.ALERTS,
            TopicCatalogue.REPLIES);

    private final ScheduledExecutorService starter;
    private final Start attempt;
    private final Duration pause;
    private @Nullable Started started;
    private String problem = "it is starting";
    private boolean closed;

    /** Starts the application once. */
    @FunctionalInterface
    interface Start {
        Started now() throws StartupException;
    }

    /** The application, and what it uses until it has stopped. */
    record Started(RunningStreams running, RocksDbMemory memory) {
        void stop() {
            if (running.stop()) {
                memory.close();
            }
        }
    }

    private UsageApp(MeterRegistry registry, Start attempt, Duration pause) {
        this.attempt = attempt;
        this.pause = pause;
        this.starter = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-usage-start");
            thread.setDaemon(true);
            return thread;
        });
        Gauge.builder("sluice.usage.up", this, app -> app.ready().ok() ? 1 : 0)
                .description("Whether the usage roll-ups run here: 1 or 0")
                .register(registry);
    }

    /** Starts in a thread of its own. */
    public static UsageApp start(UsageConfig config, MeterRegistry registry) {
        UsageMetrics metrics = new UsageMetrics(registry);
        return start(registry, () -> started(config, registry, metrics), PAUSE);
    }

    /** Starts like that, and has another pause. */
    static UsageApp start(MeterRegistry registry, Start attempt, Duration pause) {
        UsageApp app = new UsageApp(registry, attempt, pause);
        app.starter.execute(app::startOrRetry);
        return app;
    }

    private void startOrRetry() {
        try {
            keep(attempt.now());
        } catch (StartupException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.error("a defect of Sluice, or too little memory: the usage roll-ups did not start", e);
            failed(e.toString());
        }
    }

    private synchronized void keep(Started next) {
        if (closed) {
            next.stop();
            return;
        }
        started = next;
        problem = "";
        next.running().onFailure(this::stopLater);
    }

    private void stopLater() {
        try {
            starter.execute(this::givenUp);
        } catch (RejectedExecutionException e) {
            LOG.debug("the usage roll-ups have given up while they are closed", e);
        }
    }

    private void givenUp() {
        Started failing;
        synchronized (this) {
            failing = started;
            started = null;
        }
        if (failing == null) {
            return;
        }
        try {
            failing.stop();
        } catch (RuntimeException | Error e) {
            LOG.error("the usage roll-ups have given up, and did not stop well", e);
        }
        failed("it has given up");
    }

    private synchronized void failed(String detail) {
        problem = detail;
        if (!closed) {
            LOG.error(
                    "the usage roll-ups do not run, verdicts are not concerned; next try in {} s: {}",
                    pause.toSeconds(),
                    detail);
            starter.schedule(this::startOrRetry, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Started started(UsageConfig config, MeterRegistry registry, UsageMetrics metrics)
            throws StartupException {
        Map<String, Integer> partitions = checkedTopics(config);
        RocksDbMemory memory = new RocksDbMemory(
                ROCKS_DB_BYTES,
                ROCKS_DB_BYTES / WRITE_BUFFER_SHARE,
                partitions.getOrDefault(TopicCatalogue.DECISIONS, 1));
        boolean isStarted = false;
        try {
            Properties properties = properties(config, memory);
            SendBounds bounds = SendBounds.ofCatalogue();
            properties.put(LostOutputs.CONFIG, new LostOutputs(registry, bounds, System::nanoTime));
            Started started = new Started(
                    RunningStreams.start(
                            new RunningStreams.Plan(
                                    "usage roll-up",
                                    TopicCatalogue.DECISIONS,
                                    partitions.getOrDefault(TopicCatalogue.DECISIONS, 0),
                                    StreamsAppConfig.Limits.standard().threadReplacementsMax(),
                                    CLOSE_TIMEOUT,
                                    new RestoreMeters(registry)),
                            UsageTopology.build(
                                    config.bounds(), partitions.getOrDefault(TopicCatalogue.REPLIES, 0), metrics),
                            properties,
                            new LingeringClients(SEND_QUEUE_RECORDS_MAX, bounds),
                            StreamsProperties.clientsOwn(config.kafka())),
                    memory);
            isStarted = true;
            return started;
        } catch (KafkaException e) {
            throw new StartupException("the usage roll-ups cannot start: " + e.getMessage(), e);
        } finally {
            if (!isStarted) {
                memory.close();
            }
        }
    }

    private static Map<String, Integer> checkedTopics(UsageConfig config) throws StartupException {
        Map<String, Object> properties = new HashMap<>(StreamsProperties.clientsOwn(config.kafka()));
        try (Admin admin = Admin.create(properties)) {
            return new StartupCheck(admin, applicationId(config)).checkTopics(TOPICS);
        } catch (KafkaException e) {
            throw new StartupException("Kafka cannot be reached: " + e.getMessage(), e);
        }
    }

    private static String applicationId(UsageConfig config) {
        return config.kafka().getOrDefault(StreamsConfig.APPLICATION_ID_CONFIG, StreamsProperties.APPLICATION_ID)
                + RolePermissions.USAGE_SUFFIX;
    }

    static Properties properties(UsageConfig config, RocksDbMemory memory) {
        Properties properties = StreamsProperties.of(config.kafka(), config.stateDir(), config.threads(), memory);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(config));
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
        if (!config.kafka().containsKey(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG)) {
            properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_MILLIS);
        }
        properties.put(StreamsConfig.mainConsumerPrefix("max.poll.records"), POLL_RECORDS_MAX);
        // Late counts delay no verdict, so there is no standby copy.
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 0);
        return properties;
    }

    /** Whether every task of this instance is assigned and restored. */
    public synchronized boolean isRunning() {
        return started != null && started.running().isRunning();
    }

    /** Whether this instance adds up decisions, and why not. */
    public synchronized ProbeAnswer ready() {
        return started == null ? ProbeAnswer.not(problem) : started.running().ready();
    }

    @Override
    public void close() {
        Started stopping;
        synchronized (this) {
            closed = true;
            stopping = started;
            started = null;
            problem = "it is stopping";
        }
        starter.shutdownNow();
        if (stopping != null) {
            stopping.stop();
        }
    }
}
