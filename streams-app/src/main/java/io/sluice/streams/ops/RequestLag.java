package io.sluice.streams.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A measurement of the undecided requests of each partition: how many they are, and how long the oldest has waited.
 *
 * <p>It compares the ends of the request topic with what the group has committed, so every instance shows all
 * partitions, those without an owner included. What was decided since the last commit still counts.
 */
final class RequestLag {
    private final Admin admin;
    private final String group;
    private final LongSupplier nanoClock;
    private final Map<TopicPartition, Numbers> numbers = new HashMap<>();

    /** What one partition shows, and what it was computed from. */
    private record Numbers(AtomicLong records, AtomicLong ageMillis, BacklogAge age) {}

    RequestLag(Admin admin, String group, int partitions, MeterRegistry registry, LongSupplier nanoClock) {
        this.admin = admin;
        this.group = group;
        this.nanoClock = nanoClock;
        for (int i = 0; i < partitions; i++) {
            TopicPartition partition = new TopicPartition(TopicCatalogue.REQUESTS, i);
            Numbers shown = new Numbers(new AtomicLong(), new AtomicLong(), new BacklogAge());
            numbers.put(partition, shown);
            Gauge.builder("sluice.requests.undecided", shown.records(), AtomicLong::get)
                    .description("Requests of a partition that the group has not decided and committed yet")
                    .tag("partition", Integer.toString(i))
                    .register(registry);
            Gauge.builder("sluice.requests.undecided.age", shown.ageMillis(), millis -> millis.get() / 1_000.0)
                    .description("How long the oldest undecided request has been waiting at least")
                    .baseUnit("seconds")
                    .tag("partition", Integer.toString(i))
                    .register(registry);
        }
    }

    /** How far the group has decided each partition, for {@link #seen}. */
    Map<TopicPartition, OffsetAndMetadata> decided() throws ExecutionException, InterruptedException, TimeoutException {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(ClusterWatch.TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Takes a look at the partitions.
     *
     * @param committed from before {@code written}, so that what is written in between does not count as decided
     * @param written the ends of the partitions whose leaders answer; what waited in the others goes on waiting
     */
    void seen(Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> written) {
        long nowNanos = nanoClock.getAsLong();
        numbers.forEach((partition, shown) -> {
            Long end = written.get(partition);
            if (end == null) {
                shown.ageMillis().set(shown.age().millis(nowNanos));
                return;
            }
            OffsetAndMetadata decided = committed.get(partition);
            long next = decided == null ? 0 : decided.offset();
            shown.records().set(Math.max(0, end - next));
            shown.ageMillis().set(shown.age().seen(next, end, nowNanos));
        });
    }

    /** A Kafka that does not answer lets nobody decide either: what waited goes on waiting. */
    void grown() {
        long nowNanos = nanoClock.getAsLong();
        numbers.values().forEach(shown -> shown.ageMillis().set(shown.age().millis(nowNanos)));
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
