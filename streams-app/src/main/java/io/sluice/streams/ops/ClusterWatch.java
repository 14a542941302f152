package io.sluice.streams.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.clients.SendBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private volatile Map<String, String> problems = Map.of();

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

    /** Everything else notices a cluster that does not answer; the results of the check before then stay. */
    private void look() {
        try {
            lookAtPartitions();
            told(found());
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("the cluster could not be checked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Otherwise an executor would silently stop all further checks.
            if (!looks.isShutdown()) {
                LOG.error("the check of the cluster failed", e);
            }
        }
    }

    private void lookAtPartitions() throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, Long> written;
        try {
            Map<TopicPartition, OffsetAndMetadata> decided = lag.decided();
            written = heldBack.written();
            lag.seen(decided, written);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            lag.grown();
            throw e;
        }
        heldBack.look(written);
    }

    private Map<String, String> found() throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, String> found = new TreeMap<>();
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
        Map<String, Integer> needed = TopicSizeCheck.needed();
        for (String topic : WRITTEN) {
            int bytesMax = Integer.parseInt(config(topic, "max.message.bytes"));
            int catalogue = needed.getOrDefault(topic, bytesMax);
            bounds.set(topic, Math.min(bytesMax, catalogue));
            if (bytesMax < catalogue) {
                found.put(topic + " max.message.bytes", TopicSizeCheck.detail(bytesMax, catalogue));
            }
        }
        return found;
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
