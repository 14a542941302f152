package io.sluice.streams.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many requests of each partition nobody has decided yet, and how long the oldest of them waits.
 *
 * <p>It compares the ends of the request topic with what the group has committed, so every instance shows all
 * partitions, those without an owner included. What was decided since the last commit still counts.
 */
public final class RequestLag implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLag.class);
    private static final long INTERVAL_SECONDS = 5;
    private static final long ANSWER_WITHIN_SECONDS = 5;

    private final Admin admin;
    private final String group;
    private final LongSupplier nanoClock;
    private final Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    private final Map<TopicPartition, Numbers> numbers = new HashMap<>();
    private final ScheduledExecutorService looks;

    /** What one partition shows, and what it was computed from. */
    private record Numbers(AtomicLong records, AtomicLong ageMillis, BacklogAge age) {}

    RequestLag(Admin admin, String group, int partitions, MeterRegistry registry, LongSupplier nanoClock) {
        this.admin = admin;
        this.group = group;
        this.nanoClock = nanoClock;
        for (int i = 0; i < partitions; i++) {
            TopicPartition partition = new TopicPartition(TopicCatalogue.REQUESTS, i);
            Numbers shown = new Numbers(new AtomicLong(), new AtomicLong(), new BacklogAge());
            ends.put(partition, OffsetSpec.latest());
            numbers.put(partition, shown);
            Gauge.builder("sluice.requests.undecided", shown.records(), AtomicLong::get)
                    .description("Requests of a partition that the group has not decided and committed yet")
                    .tag("partition", Integer.toString(i))
                    .register(registry);
            Gauge.builder("sluice.requests.undecided.age", shown.ageMillis(), millis -> millis.get() / 1_000.0)
                    .description("How long at least the oldest of them has been waiting")
                    .baseUnit("seconds")
                    .tag("partition", Integer.toString(i))
                    .register(registry);
        }
        this.looks = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-request-lag");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins to look; owns the admin client. */
    public static RequestLag start(Admin admin, String group, int partitions, MeterRegistry registry) {
        RequestLag lag = new RequestLag(admin, group, partitions, registry, System::nanoTime);
        lag.looks.scheduleWithFixedDelay(lag::look, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
        return lag;
    }

    private void look() {
        try {
            // In this order: what is written in between does not count as decided before it was written.
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, Long> written = new HashMap<>();
            admin.listOffsets(ends)
                    .all()
                    .get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS)
                    .forEach((partition, end) -> written.put(partition, end.offset()));
            seen(committed, written);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("the lag of group {} could not be looked at", group, e);
            grown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Otherwise an executor would silently stop all further looks.
            if (!looks.isShutdown()) {
                LOG.error("looking at the lag of group {} failed", group, e);
            }
        }
    }

    void seen(Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> written) {
        long nowNanos = nanoClock.getAsLong();
        numbers.forEach((partition, shown) -> {
            long end = written.getOrDefault(partition, 0L);
            OffsetAndMetadata decided = committed.get(partition);
            long next = decided == null ? 0 : decided.offset();
            shown.records().set(Math.max(0, end - next));
            shown.ageMillis().set(shown.age().seen(next, end, nowNanos));
        });
    }

    /** A Kafka that does not answer lets nobody decide either: what waited goes on waiting. */
    private void grown() {
        long nowNanos = nanoClock.getAsLong();
        numbers.values().forEach(shown -> shown.ageMillis().set(shown.age().millis(nowNanos)));
    }

    @Override
    public void close() {
        looks.shutdownNow();
        admin.close(Duration.ofSeconds(1));
    }

    /**
     * The least age of the oldest undecided record of a partition, from looks at its end: a record that lies before the
     * end of a look was there at that look.
     */
    static final class BacklogAge {
        /** Looks kept; of more, every second one is dropped, so that a long backlog keeps its beginning. */
        static final int LOOKS_MAX = 64;

        private final List<Look> looks = new ArrayList<>();

        private record Look(long end, long nanos) {}

        /** Takes a look, and tells the age in milliseconds; 0 if all is decided. */
        long seen(long next, long end, long nowNanos) {
            looks.removeIf(look -> look.end() <= next || look.end() > end);
            if (end > next) {
                if (looks.size() >= LOOKS_MAX) {
                    thin();
                }
                looks.add(new Look(end, nowNanos));
            }
            return millis(nowNanos);
        }

        long millis(long nowNanos) {
            return looks.isEmpty()
                    ? 0
                    : TimeUnit.NANOSECONDS.toMillis(nowNanos - looks.get(0).nanos());
        }

        private void thin() {
            for (int i = looks.size() - 1; i > 0; i -= 2) {
                looks.remove(i);
            }
        }
    }
}
