package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.clients.SendBounds;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks at a cluster that answers some questions only. */
final class ClusterWatchTest {
    private static final int PARTITIONS = 2;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    /** By the name of the method of the admin client. */
    private final Map<String, Supplier<Object>> answers = new HashMap<>();

    private final Map<String, RuntimeException> refusedTopics = new HashMap<>();
    private final ClusterWatch watch =
            new ClusterWatch(admin(), "sluice", PARTITIONS, SendBounds.ofCatalogue(), registry);

    private Admin admin() {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "close" -> null;
                    case "describeConfigs" -> configs((ConfigResource) ((List<?>) arguments[0]).get(0));
                    default -> answers.get(method.getName()).get();
                });
    }

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void shouldCheckTheSettings_whenPartitionsCannotBeLookedAt() {
        // Given
        answers.put("listConsumerGroupOffsets", () -> {
            throw new OutOfMemoryError("a test");
        });
        answers.put("describeTopics", () -> described(PARTITIONS + 1));

        // When
        watch.look();

        // Then
        assertThat(watch.isFine()).isFalse();
    }

    @Test
    void shouldNotBeReady_whenTwoLooksMissATopic() {
        // Given
        answers.put("listConsumerGroupOffsets", () -> {
            throw new UnknownTopicOrPartitionException();
        });
        answers.put("describeTopics", () -> described(PARTITIONS));
        refusedTopics.put(TopicCatalogue.DECISIONS, new UnknownTopicOrPartitionException());

        // When
        watch.look();
        boolean afterOne = watch.isFine();
        watch.look();
        boolean afterTwo = watch.isFine();
        refusedTopics.clear();
        watch.look();

        // Then
        assertThat(afterOne).isTrue();
        assertThat(afterTwo).isFalse();
        assertThat(watch.isFine()).isTrue();
    }

    @Test
    void shouldCheckTheOtherTopics_whenOneMayNotBeDescribed() {
        // Given
        answers.put("listConsumerGroupOffsets", () -> {
            throw new UnknownTopicOrPartitionException();
        });
        answers.put("describeTopics", () -> described(PARTITIONS));
        refusedTopics.put(TopicCatalogue.REPLIES, new TopicAuthorizationException(TopicCatalogue.REPLIES));

        // When
        watch.look();
        boolean ofWritten = watch.isFine();
        refusedTopics.put(TopicCatalogue.REQUESTS, new TopicAuthorizationException(TopicCatalogue.REQUESTS));
        watch.look();

        // Then
        assertThat(ofWritten).isTrue();
        assertThat(watch.isFine()).isFalse();
    }

    @Test
    void shouldLookAtTheOthers_whenOnePartitionHasNoLeader() throws Exception {
        // Given
        Map<TopicPartition, KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo>> ends = new HashMap<>();
        ends.put(partition(0), failed(new LeaderNotAvailableException("none")));
        ends.put(
                partition(1),
                KafkaFuture.completedFuture(new ListOffsetsResult.ListOffsetsResultInfo(10, 0, Optional.empty())));
        answers.put("listOffsets", () -> new ListOffsetsResult(ends));
        HeldBackPartitions heldBack =
                new HeldBackPartitions(admin(), List.of(partition(0), partition(1)), new SimpleMeterRegistry());
        RequestLag lag = new RequestLag(admin(), "sluice", PARTITIONS, new SimpleMeterRegistry(), () -> 0);

        // When
        Map<TopicPartition, Long> written = heldBack.written();
        lag.seen(Map.of(), written);
        heldBack.look(written);

        // Then
        assertThat(written).isEqualTo(Map.of(partition(1), 10L));
        assertThat(heldBack.detail()).isEmpty();
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition(TopicCatalogue.REQUESTS, number);
    }

    private DescribeTopicsResult described(int partitions) {
        Node node = new Node(0, "localhost", 9_092);
        List<TopicPartitionInfo> infos = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            infos.add(new TopicPartitionInfo(i, node, List.of(node), List.of(node)));
        }
        return new DescribeTopicsResult(
                null,
                Map.of(
                        TopicCatalogue.REQUESTS,
                        KafkaFuture.completedFuture(new TopicDescription(TopicCatalogue.REQUESTS, false, infos)))) {};
    }

    private DescribeConfigsResult configs(ConfigResource topic) {
        RuntimeException refusal = refusedTopics.get(topic.name());
        Config config = new Config(List.of(
                new ConfigEntry("message.timestamp.type", "LogAppendTime"),
                new ConfigEntry("max.message.bytes", Integer.toString(1 << 30))));
        return new DescribeConfigsResult(
                Map.of(topic, refusal == null ? KafkaFuture.completedFuture(config) : failed(refusal))) {};
    }

    private static <T> KafkaFuture<T> failed(RuntimeException failure) {
        KafkaFutureImpl<T> failed = new KafkaFutureImpl<>();
        failed.completeExceptionally(failure);
        return failed;
    }
}
