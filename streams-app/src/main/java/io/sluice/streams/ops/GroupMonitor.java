package io.sluice.streams.ops;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that describes the group of an application every two seconds; Kafka may make it wait. */
final class GroupMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMonitor.class);
    private static final long INTERVAL_MILLIS = 2_000;
    private static final long ANSWER_WITHIN_SECONDS = 5;
    /** A description older than this is not used any more. */
    private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Group group;
    private final Supplier<Map<String, Map<Integer, LagInfo>>> lags;
    private final Admin admin;
    private final LongSupplier nanoClock;
    private final ScheduledExecutorService looks;
    private volatile @Nullable Look last;
    /** Whether the last look ended with a defect; used by the thread alone. */
    private boolean isFailing;

    /**
     * The group to describe.
     *
     * @param id the group
     * @param topic its input topic
     * @param partitions how many partitions the topic has
     */
    record Group(String id, String topic, int partitions) {}

    private record Look(GroupStatus seen, long nanos) {}

    /**
     * A monitor that looks when {@link #look} is called.
     *
     * @param lags how far each local copy of a store's partition is behind
     */
    GroupMonitor(Group group, Supplier<Map<String, Map<Integer, LagInfo>>> lags, Admin admin, LongSupplier nanoClock) {
        this.group = group;
        this.lags = lags;
        this.admin = admin;
        this.nanoClock = nanoClock;
        this.looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-group-monitor-" + group.id());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A monitor that begins with {@link #start}. */
    static GroupMonitor of(Group group, KafkaStreams streams, Map<String, Object> clientProperties) {
        return new GroupMonitor(
                group, streams::allLocalStorePartitionLags, Admin.create(clientProperties), System::nanoTime);
    }

    void start() {
        looks.scheduleWithFixedDelay(this::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The last description of the group; null if it is too old. */
    @Nullable GroupStatus lately() {
        Look look = last;
        return look != null && nanoClock.getAsLong() - look.nanos() < KNOWN_NANOS ? look.seen() : null;
    }

    void look() {
        try {
            long now = nanoClock.getAsLong();
            ConsumerGroupDescription described = admin.describeConsumerGroups(Set.of(group.id()))
                    .all()
                    .get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS)
                    .get(group.id());
            if (described != null) {
                last = new Look(withLags(described), now);
            }
            isFailing = false;
        } catch (ExecutionException | TimeoutException | KafkaException | IllegalStateException e) {
            // An outage, or an app that is not up yet; the group is then unknown.
            LOG.debug("group {} cannot be checked", group.id(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Otherwise the executor would silently stop all further looks.
            if (!isFailing) {
                LOG.warn("looking at group {} failed; trying again every {} ms", group.id(), INTERVAL_MILLIS, e);
            }
            isFailing = true;
        }
    }

    private GroupStatus withLags(ConsumerGroupDescription described) {
        Set<TopicPartition> had = new HashSet<>();
        for (MemberDescription member : described.members()) {
            for (TopicPartition partition : member.assignment().topicPartitions()) {
                if (partition.topic().equals(group.topic())) {
                    had.add(partition);
                }
            }
        }
        Map<Integer, Long> behind = new HashMap<>();
        for (Map<Integer, LagInfo> ofStore : lags.get().values()) {
            ofStore.forEach((partition, lag) -> behind.merge(partition, lag.offsetLag(), Math::max));
        }
        return new GroupStatus(described.groupState().toString(), group.partitions() - had.size(), behind);
    }

    @Override
    public void close() {
        looks.shutdownNow();
        admin.close(Duration.ofSeconds(1));
    }
}
