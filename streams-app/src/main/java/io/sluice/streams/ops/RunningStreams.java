package io.sluice.streams.ops;

import io.sluice.streams.clients.LingeringClients;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** A running Kafka Streams application: it is watched, closed in order, and its dead threads are replaced. */
public final class RunningStreams implements AutoCloseable {
    private static final String STATIC_MEMBER = "group.instance.id";
    private static final int SESSION_MILLIS = 6_000;

    private final KafkaStreams streams;
    private final LingeringClients clients;
    private final ThreadReplacement replacement;
    private final StreamsWatch watch;
    private final GroupMonitor look;
    private final Closing closing;

    private record Closing(Duration timeout, CloseOptions.GroupMembershipOperation membership) {}

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
            Closing closing) {
        this.streams = streams;
        this.clients = clients;
        this.replacement = replacement;
        this.watch = watching.watch();
        this.look = watching.look();
        this.closing = closing;
    }

    private record Watching(StreamsWatch watch, GroupMonitor look) {}

    /**
     * Starts the application.
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
        try {
            streams.start();
        } catch (RuntimeException e) {
            watch.close();
            streams.close(Duration.ZERO);
            throw e;
        }
        GroupMonitor look = GroupMonitor.start(
                new GroupMonitor.Group(groupId, plan.inputTopic(), plan.inputPartitions()),
                streams,
                Map.copyOf(clientProperties));
        watch.start(() -> StreamsWatch.seen(streams, clients), look::lately);
        Closing closing = new Closing(
                plan.closeTimeout(),
                properties.containsKey(STATIC_MEMBER)
                        ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
                        : CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
        return new RunningStreams(streams, clients, replacement, new Watching(watch, look), closing);
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
     * Commits and stops. An instance leaves its group, so that others take over at once; a static member stays, so that
     * its own restart finds its partitions.
     *
     * @return whether every store is closed
     */
    public boolean stop() {
        watch.close();
        look.close();
        replacement.close();
        clients.giveUp();
        return streams.close(
                CloseOptions.timeout(closing.timeout()).withGroupMembershipOperation(closing.membership()));
    }

    @Override
    public void close() {
        stop();
    }
}
