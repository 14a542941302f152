package io.sluice.streams.rules;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.engine.controlplane.RulesLedger;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.RulesRecord;
import io.sluice.schemas.control.RulesetActivation;
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
import io.sluice.topics.RecordGuard;
import io.sluice.topics.SignedRules;
import io.sluice.topics.TopicScan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * One running instance of the rules writer: a small Kafka Streams application of its own beside the streams app.
 *
 * <p>Only one instance of a cluster has the single partition of the commands topic at a time, and transactions fence
 * the instance before it. So there is one writer of revisions, and no number is given twice.
 */
public final class RulesApp implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final long ROCKS_DB_BYTES = 8L << 20;
    private static final int COMMIT_MILLIS = 100;
    private static final int SEND_QUEUE_RECORDS_MAX = 256;
    private static final List<String> TOPICS = List.of(
            TopicCatalogue.RULES_COMMANDS,
            TopicCatalogue.AUDIT,
            TopicCatalogue.RULES,
            TopicCatalogue.REQUESTS,
            TopicCatalogue.REPLIES,
            TopicCatalogue.DEAD_LETTERS);

    private final RunningStreams running;
    private final RocksDbMemory memory;
    private final RulesBroadcaster broadcaster;

    private RulesApp(RunningStreams running, RocksDbMemory memory, RulesBroadcaster broadcaster) {
        this.running = running;
        this.memory = memory;
        this.broadcaster = broadcaster;
    }

    /**
     * Checks the cluster and starts.
     *
     * @throws StartupException if the cluster has wrong settings, or cannot be reached
     */
    public static RulesApp start(RulesAppConfig config, MeterRegistry registry) throws StartupException {
        Map<String, Integer> partitions = checkedTopics(config);
        RocksDbMemory memory = new RocksDbMemory(ROCKS_DB_BYTES, ROCKS_DB_BYTES / 2, /* storesMax= */ 1);
        RulesBroadcaster broadcaster = null;
        RulesApp app = null;
        try {
            RulesLedger.Policy policy = policy(config, registry);
            RulesMetrics metrics = new RulesMetrics(registry);
            RulesWriterConfig writer = new RulesWriterConfig(
                    partitions.getOrDefault(TopicCatalogue.REPLIES, 0), config.rulesKey(), config.keys(), policy);
            StreamsAppConfig.Limits limits = StreamsAppConfig.Limits.standard();
            Properties properties = properties(config, memory);
            SendBounds bounds = SendBounds.ofCatalogue();
            properties.put(LostOutputs.CONFIG, new LostOutputs(registry, bounds, System::nanoTime));
            // Before the threads start: it has clients of Kafka, which may be configured wrongly.
            broadcaster = RulesBroadcaster.of(config.kafka(), config.keys().rules(), registry, metrics);
            RunningStreams running = RunningStreams.start(
                    new RunningStreams.Plan(
                            "rules writer",
                            TopicCatalogue.RULES_COMMANDS,
                            partitions.getOrDefault(TopicCatalogue.RULES_COMMANDS, 0),
                            limits.threadReplacementsMax(),
                            CLOSE_TIMEOUT,
                            new RestoreMeters(registry)),
                    RulesTopology.build(writer, metrics),
                    properties,
                    new LingeringClients(SEND_QUEUE_RECORDS_MAX, bounds),
                    StreamsProperties.clientsOwn(config.kafka()));
            app = new RulesApp(running, memory, broadcaster);
            broadcaster.start();
            return app;
        } catch (KafkaException e) {
            throw new StartupException("the rules writer cannot start: " + e.getMessage(), e);
        } finally {
            if (app == null) {
                if (broadcaster != null) {
                    broadcaster.close();
                }
                memory.close();
            }
        }
    }

    private static Map<String, Integer> checkedTopics(RulesAppConfig config) throws StartupException {
        Map<String, Object> properties = new HashMap<>(StreamsProperties.clientsOwn(config.kafka()));
        try (Admin admin = Admin.create(properties)) {
            return new StartupCheck(admin, applicationId(config)).checkTopics(TOPICS);
        } catch (KafkaException e) {
            throw new StartupException("Kafka cannot be reached: " + e.getMessage(), e);
        }
    }

    /** The policy, with the highest revision and the newest access entries that a rules writer signed. */
    private static RulesLedger.Policy policy(RulesAppConfig config, MeterRegistry registry) {
        long[] highest = {0};
        AccessSnapshot[] newest = {new AccessSnapshot(0, List.of())};
        TopicScan.readAll(
                TopicCatalogue.RULES,
                StreamsProperties.clientsOwn(config.kafka()),
                new RecordGuard(TopicCatalogue.RULES, registry),
                record -> {
                    RulesRecord published = SignedRules.read(config.keys().rules(), record);
                    if (published instanceof RulesetActivation activation) {
                        highest[0] = Math.max(highest[0], activation.revision());
                    } else if (published instanceof AccessSnapshot access && access.version() > newest[0].version()) {
                        newest[0] = access;
                    }
                });
        return new RulesLedger.Policy(config.approvalRequired(), highest[0], RulesMapping.published(newest[0]));
    }

    private static String applicationId(RulesAppConfig config) {
        return config.kafka().getOrDefault(StreamsConfig.APPLICATION_ID_CONFIG, StreamsProperties.APPLICATION_ID)
                + RolePermissions.RULES_SUFFIX;
    }

    static Properties properties(RulesAppConfig config, RocksDbMemory memory) {
        StreamsAppConfig.Limits small =
                StreamsAppConfig.Limits.standard().withMemory(/* recordCacheBytes= */ 0, ROCKS_DB_BYTES);
        Properties properties = StreamsProperties.of(
                new StreamsAppConfig(config.kafka(), config.stateDir(), config.keys(), small), memory);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(config));
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        // Others see the effect of a command only once it is committed.
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
        return properties;
    }

    /** Whether this instance takes part. */
    public boolean isRunning() {
        return running.isRunning();
    }

    /** Whether this instance works. One instance decides; all others only keep a copy, or wait. */
    public ProbeAnswer ready() {
        return running.ready();
    }

    /** Whether another instance may be stopped: the standby copy of this one has caught up. */
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

    @Override
    public void close() {
        broadcaster.close();
        boolean stopped = running.stop();
        if (stopped) {
            memory.close();
        }
    }
}
