package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice decisions}: prints committed decisions, one JSON object a line. */
@Command(
        name = "decisions",
        description = "Print committed decisions, one JSON object a line.",
        mixinStandardHelpOptions = true)
public final class DecisionsCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Option(
            names = "--last",
            defaultValue = "10",
            description = "Begin with the last N decisions of each partition (default: 10).")
    private long last;

    @Option(names = "--follow", description = "Go on printing new decisions until stopped.")
    private boolean follow;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        Map<String, Object> properties = new HashMap<>(kafka.read());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TopicCatalogue.DECISIONS, TIMEOUT).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
            ends.forEach((partition, end) -> consumer.seek(partition, Math.max(0, end - last)));
            print(consumer, ends);
        }
        return 0;
    }

    private void print(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        PrintWriter out = spec.commandLine().getOut();
        while (follow || isBehind(consumer, ends)) {
            for (ConsumerRecord<byte[], byte[]> decision : consumer.poll(POLL)) {
                out.println(new String(decision.value(), StandardCharsets.UTF_8));
            }
            out.flush();
        }
    }

    private static boolean isBehind(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), TIMEOUT) < end.getValue());
    }
}
