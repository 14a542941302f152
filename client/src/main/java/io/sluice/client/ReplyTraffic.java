package io.sluice.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look at the reply topic that finds out which partitions are in use.
 *
 * <p>A front end without a number, such as a pod of a Kubernetes Deployment, should not read the replies of others. A
 * running front end pings every few seconds, and the answers arrive in its partition. So a partition without recent
 * records is free.
 */
final class ReplyTraffic {
    /** Three of the usual intervals between two pings. */
    static final Duration LATELY = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(ReplyTraffic.class);

    private ReplyTraffic() {}

    /**
     * The partition with the least records lately; one of them at random if there are several, or if the broker does
     * not say.
     *
     * @param partitions of the topic; at least 1
     */
    static int quietest(
            Consumer<byte[], byte[]> consumer, String topic, int partitions, long nowMillis, Duration within) {
        long[] records = new long[partitions];
        try {
            Map<TopicPartition, Long> since = new HashMap<>();
            for (int partition = 0; partition < partitions; partition++) {
                since.put(new TopicPartition(topic, partition), nowMillis - LATELY.toMillis());
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(since.keySet(), within);
            consumer.offsetsForTimes(since, within)
                    .forEach((partition, first) ->
                            records[partition.partition()] = records(first, ends.getOrDefault(partition, 0L)));
        } catch (KafkaException e) {
            // Two front ends in one partition are slower, and not wrong.
            LOG.info("the traffic of {} is not known, so its partition is chosen at random: {}", topic, e.toString());
        }
        return least(records);
    }

    private static long records(@Nullable OffsetAndTimestamp first, long end) {
        return first == null ? 0 : Math.max(0, end - first.offset());
    }

    private static int least(long[] records) {
        List<Integer> best = new ArrayList<>();
        long fewest = Long.MAX_VALUE;
        for (int partition = 0; partition < records.length; partition++) {
            if (records[partition] < fewest) {
                fewest = records[partition];
                best.clear();
            }
            if (records[partition] == fewest) {
                best.add(partition);
            }
        }
        return best.get(ThreadLocalRandom.current().nextInt(best.size()));
    }
}
