package io.sluice.streams.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.clients.SendBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that repeats the checks of {@link StartupCheck} every few seconds.
 *
 * <p>Each deviation gets one log line when it begins, one when it ends, and a gauge. Meanwhile the app does not count
 * as ready. The watch also updates the producers' bounds to the current sizes of topics. So a topic with a smaller
 * bound loses only its large records. It also finds partitions that a foreign transaction holds back ({@link
 * HeldBackPartitions}), and what waits in them ({@link RequestLag}).
 */
public final class ClusterWatch implements AutoCloseable {
    static final long TIMEOUT_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
    private static final long INTERVAL_SECONDS = 5;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    static final List<String> WRITTEN = List.of(
            TopicCatalogue.REPLIES,
            TopicCatalogue.DECISIONS,
            TopicCatalogue.ALERTS,
            TopicCatalogue.DEAD_LETTERS,
            TopicCatalogue.ACCOUNTS,
            TopicCatalogue.AUDIT);

    private final Admin admin;
    private final int requestPartitions;
    private final SendBounds bounds;
    private final HeldBackPartitions heldBack;
    private final RequestLag lag;
    private final ScheduledExecutorService looks;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private volatile Map<String, String> problems = Map.of();
    /** Topics that the last look did not find; of the looking thread alone. */
    private Set<String> unknownBefore = Set.of();

    /**
     * A watch that owns the admin client.
     *
     * @param group whose decisions it watches
     * @param requestPartitions as many as the state was built for
     */
    public ClusterWatch(Admin admin, String group, int requestPartitions, SendBounds bounds, MeterRegistry registry) {
        this.admin = admin;
        this.requestPartitions = requestPartitions;
        this.bounds = bounds;
        List<TopicPartition> read = new ArrayList<>();
        for (int partition = 0; partition < requestPartitions; partition++) {
            read.add(new TopicPartition(TopicCatalogue.REQUESTS, partition));
        }
        this.heldBack = new HeldBackPartitions(admin, read, registry);
        this.lag = new RequestLag(admin, group, requestPartitions, registry, System::nanoTime);
        this.looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-cluster-watch");
            thread.setDaemon(true);
            return thread;
        });
        Gauge.builder("sluice.cluster.problems", this, watch -> watch.problems.size())
                .description("Wrong settings of the cluster, on which exactness relies; the log names them")
                .register(registry);
    }

    public void start() {
        looks.scheduleWithFixedDelay(this::look, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    /** Whether the last check found everything as it should be. */
    public boolean isFine() {
        return problems.isEmpty();
    }

    /** Whether the app may count as ready, and what operators should know nevertheless. */
    public ProbeAnswer ready() {
        return isFine()
                ? ProbeAnswer.okWith(heldBack.detail())
                : ProbeAnswer.not("the cluster is not what the app relies on; its ERROR lines say what");
    }

    /** What one look does; its results from before stay if it fails. */
    @FunctionalInterface
    private interface Look {
        void now() throws ExecutionException, InterruptedException, TimeoutException;
    }

    void look() {
        // Each by itself: the settings can be checked while a partition has no leader.
        look("the request partitions", this::lookAtPartitions);
        look("the settings of the cluster", () -> told(found()));
    }

    private void look(String at, Look look) {
        try {
            look.now();
        } catch (ExecutionException e) {
            failed(at, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            failed(at, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Otherwise an executor would silently stop all further checks.
            if (!looks.isShutdown() && log.happened(at) > 0) {
                LOG.error("looking at {} failed", at, e);
            }
        }
    }

    /** Everything else notices a cluster that does not answer. Nothing else notices one that refuses to. */
    private void failed(String at, Throwable failure) {
        if (isRefusal(failure) && log.happened(at + failure.getClass()) > 0) {
            LOG.warn("{} cannot be looked at: {}", at, failure.toString());
        }
        LOG.debug("{} could not be looked at", at, failure);
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof AuthorizationException || failure instanceof UnknownTopicOrPartitionException;
    }

    private void lookAtPartitions() throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> written = null;
        try {
            Map<TopicPartition, OffsetAndMetadata> decided = lag.decided();
            written = heldBack.written();
            lag.seen(decided, written);
        } finally {
            if (written == null) {
                lag.grown();
            }
        }
        heldBack.look(written);
    }

    private Map<String, String> found() throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, String> found = new TreeMap<>();
        Set<String> unknown = new HashSet<>();
        try {
            checkRequests(found);
        } catch (ExecutionException e) {
            refused(TopicCatalogue.REQUESTS, e, found, unknown);
        }
        for (String topic : WRITTEN) {
            try {
                checkSize(topic, found);
            } catch (ExecutionException e) {
                refused(topic, e, found, unknown);
            }
        }
        unknownBefore = unknown;
        return found;
    }

    /** A topic that is gone is a problem once two looks in a row miss it: a broker that starts may not know it yet. */
    private void refused(String topic, ExecutionException failure, Map<String, String> found, Set<String> unknown)
            throws ExecutionException {
        Throwable cause = failure.getCause();
        if (cause instanceof UnknownTopicOrPartitionException) {
            unknown.add(topic);
            if (unknownBefore.contains(topic)) {
                found.put(topic, "missing (expected: it stays; records to it are lost)");
            }
        } else if (!(cause instanceof AuthorizationException)) {
            throw failure;
        } else if (topic.equals(TopicCatalogue.REQUESTS)) {
            found.put(topic, "this app may not describe it (expected: DESCRIBE and DESCRIBE_CONFIGS)");
        } else if (log.happened(topic) > 0) {
            // As at the start: the producer's bounds are then those of the catalogue.
            LOG.warn("max.message.bytes of {} is not known: not allowed to describe it", topic);
        }
    }

    private void checkRequests(Map<String, String> found)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, KafkaFuture<TopicDescription>> described =
                admin.describeTopics(List.of(TopicCatalogue.REQUESTS)).topicNameValues();
        int partitions =
                awaited(described.get(TopicCatalogue.REQUESTS)).partitions().size();
        if (partitions != requestPartitions) {
            found.put(
                    TopicCatalogue.REQUESTS + " partitions",
                    partitions + " (expected: " + requestPartitions
                            + ", which the state was built for; create the topic anew, the number is fixed for ever)");
        }
        String timestamps = config(TopicCatalogue.REQUESTS, "message.timestamp.type");
        if (!"LogAppendTime".equals(timestamps)) {
            found.put(
                    TopicCatalogue.REQUESTS + " message.timestamp.type",
                    timestamps + " (expected: LogAppendTime; with clients' own times, quota can be forged)");
        }
    }

    private void checkSize(String topic, Map<String, String> found)
            throws ExecutionException, InterruptedException, TimeoutException {
        int bytesMax = Integer.parseInt(config(topic, "max.message.bytes"));
        int catalogue = TopicSizeCheck.needed().getOrDefault(topic, bytesMax);
        bounds.set(topic, Math.min(bytesMax, catalogue));
        if (bytesMax < catalogue) {
            found.put(topic + " max.message.bytes", TopicSizeCheck.detail(bytesMax, catalogue));
        }
    }

    private String config(String topic, String name) throws ExecutionException, InterruptedException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config =
                awaited(admin.describeConfigs(List.of(resource)).values().get(resource));
        ConfigEntry entry = config.get(name);
        return entry == null ? "unknown" : entry.value();
    }

    private static <T> T awaited(@Nullable KafkaFuture<T> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return Objects.requireNonNull(future, "not asked for").get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private void told(Map<String, String> found) {
        Map<String, String> before = problems;
        found.forEach((name, detail) -> {
            if (!detail.equals(before.get(name))) {
                LOG.error("{}: {}; not ready", name, detail);
            }
        });
        before.keySet().stream()
                .filter(name -> !found.containsKey(name))
                .forEach(name -> LOG.info("{}: as expected again", name));
        problems = new HashMap<>(found);
    }

    @Override
    public void close() {
        looks.shutdownNow();
        admin.close(CLOSE_TIMEOUT);
    }
}
