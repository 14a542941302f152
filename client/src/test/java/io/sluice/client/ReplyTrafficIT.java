package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A front end without a number reads where nobody else does. */
final class ReplyTrafficIT {
    private static final int REPLY_PARTITIONS = 4;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    void shouldTakeAPartitionThatNobodyUses_whenOthersAreInUse() {
        // Given replies in partitions 0 and 2, and one fewer in 1
        BROKER.createTopics(1, REPLY_PARTITIONS);
        write(0, 3);
        write(1, 2);
        write(2, 3);
        long nowMillis = System.currentTimeMillis();

        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                ClientProperties.consumer(Map.of("bootstrap.servers", BROKER.bootstrapServers())),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            IntSupplier quietest = () -> quietest(consumer, nowMillis);

            // When / Then the free one
            assertThat(chosen(quietest)).containsOnly(3);

            // When it is used as well, then the one that is used least
            write(3, 5);
            assertThat(chosen(quietest)).containsOnly(1);

            // When all of that is long ago, then any
            long laterMillis = nowMillis + 10 * ReplyTraffic.LATELY.toMillis();
            assertThat(chosen(() -> quietest(consumer, laterMillis)))
                    .hasSizeGreaterThan(1)
                    .isSubsetOf(0, 1, 2, 3);
        }
    }

    private static int quietest(Consumer<byte[], byte[]> consumer, long nowMillis) {
        return ReplyTraffic.quietest(
                consumer, TopicCatalogue.REPLIES, REPLY_PARTITIONS, nowMillis, Duration.ofSeconds(30));
    }

    private static Set<Integer> chosen(IntSupplier choice) {
        Set<Integer> chosen = new HashSet<>();
        IntStream.range(0, 40).forEach(i -> chosen.add(choice.getAsInt()));
        return chosen;
    }

    private static void write(int partition, int records) {
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            for (int i = 0; i < records; i++) {
                writer.send(TopicCatalogue.REPLIES, partition, new byte[] {1}, new byte[] {2});
            }
        }
    }
}
