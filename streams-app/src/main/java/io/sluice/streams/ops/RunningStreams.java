package io.sluice.streams.ops;

import io.sluice.streams.clients.LingeringClients;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** A running Kafka Streams application: it is watched, closed in order, and its dead threads are replaced. */
public final class RunningStreams implements AutoCloseable {
    private static final int SESSION_MILLIS = 6_000;
    /** Of the time to close: what is left for all else when the last commit is given up. */
    private static final Duration LAST_WORDS = Duration.ofMillis(1_500);

    private final KafkaStreams streams;
    private final LingeringClients clients;
    private final ThreadReplacement replacement;
    private final StreamsWatch watch;
    private final GroupMonitor look;
    private final Duration closeTimeout;

    /**
     * What to run.
     *
     * @param name its name in the log
     * @param inputTopic the topic that it reads
     * @param inputPartitions how many partitions the topic has
     * @param threadReplacementsMax stream threads replaced within an hour before it gives up
     * @param closeTimeout the longest that {@link #close} waits
     * @param restores measures the restoring of its stores
     */
    public record Plan(
            String name,
            String inputTopic,
            int inputPartitions,
            int threadReplacementsMax,
            Duration closeTimeout,
            RestoreMeters restores) {}

    private RunningStreams(
            KafkaStreams streams,
            LingeringClients clients,
            ThreadReplacement replacement,
            Watching watching,
            Duration closeTimeout) {
        this.streams = streams;
        this.clients = clients;
        this.replacement = replacement;
        this.watch = watching.watch();
        this.look = watching.look();
        this.closeTimeout = closeTimeout;
    }

    private record Watching(StreamsWatch watch, GroupMonitor look) {}

    /**
     * Starts the application. If that fails, it is closed again, and has ended if it ends within its time.
     *
     * @param clientProperties properties for Kafka's own clients, which describe the group
     * @throws org.apache.kafka.common.KafkaException if it cannot start
     */
    public static RunningStreams start(
            Plan plan,
            Topology topology,
            Properties properties,
            LingeringClients clients,
            Map<String, String> clientProperties) {
        KafkaStreams streams = new KafkaStreams(topology, properties, clients);
        ThreadReplacement replacement = new ThreadReplacement(plan.threadReplacementsMax(), System::nanoTime);
        streams.setUncaughtExceptionHandler(replacement);
        streams.setGlobalStateRestoreListener(plan.restores());
        StreamsWatch watch = new StreamsWatch(plan.name(), rules(properties), replacement::recovered, System::nanoTime);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.PENDING_ERROR) {
                watch.fail();
            }
        });
        String groupId = String.valueOf(properties.get(StreamsConfig.APPLICATION_ID_CONFIG));
        GroupMonitor look = null;
        RunningStreams running = null;
        try {
            // Before the threads start: it has a client of Kafka, which may be configured wrongly.
            look = GroupMonitor.of(
                    new GroupMonitor.Group(groupId, plan.inputTopic(), plan.inputPartitions()),
                    streams,
                    Map.copyOf(clientProperties));
            streams.start();
            look.start();
            watch.start(() -> StreamsWatch.seen(streams, clients), look::lately);
            running = new RunningStreams(streams, clients, replacement, new Watching(watch, look), plan.closeTimeout());
            return running;
        } finally {
            if (running == null) {
                replacement.close();
                watch.close();
                if (look != null) {
                    look.close();
                }
                // Its caller frees memory that the threads use.
                streams.close(plan.closeTimeout());
            }
        }
    }

    private static ReadinessRules rules(Properties properties) {
        Object session = properties.get(StreamsConfig.consumerPrefix("session.timeout.ms"));
        Object overridden = properties.getOrDefault("session.timeout.ms", session);
        long sessionMillis = overridden == null ? SESSION_MILLIS : Long.parseLong(overridden.toString());
        long lag = Long.parseLong(String.valueOf(properties.get(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG)));
        return new ReadinessRules(Duration.ofMillis(sessionMillis), lag);
    }

    public KafkaStreams streams() {
        return streams;
    }

    /** Whether it does its part: see {@link ReadinessRules}. */
    public ProbeAnswer ready() {
        return watch.ready();
    }

    /** Whether another instance may be stopped: see {@link ReadinessRules}. */
    public ProbeAnswer standbys() {
        return watch.standbys();
    }

    /** Whether it has given up. */
    public boolean hasFailed() {
        return watch.hasFailed();
    }

    /** Calls back once when it has given up, at once if it already has. */
    public void onFailure(Runnable callback) {
        watch.onFailure(callback);
    }

    /** Whether every task of this instance is assigned and restored. */
    public boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /**
     * Commits, leaves the group, and stops. Others take over at once, also from a static member: its restart may take
     * longer than callers wait. Only a killed one keeps its partitions for the session timeout, and continues if it is
     * back by then.
     *
     * <p>A Kafka that is slow gets nearly all of the time for the last commit. Without it the next owner would decide
     * those requests again, and this one would have lost its copies.
     *
     * @return whether every store is closed
     */
    public boolean stop() {
        watch.close();
        look.close();
        replacement.close();
        Duration patience = closeTimeout.minus(LAST_WORDS);
        CompletableFuture.delayedExecutor(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS)
                .execute(clients::giveUp);
        return streams.close(CloseOptions.timeout(closeTimeout)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }

    @Override
    public void close() {
        stop();
    }
}
