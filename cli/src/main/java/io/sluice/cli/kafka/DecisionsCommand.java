package io.sluice.cli.kafka;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.RecordGuard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
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
        footer = {
            "  sluice decisions --bootstrap-servers 127.0.0.1:9092 --last 20",
            "  sluice decisions --bootstrap-servers 127.0.0.1:9092 --follow"
        })
public final class DecisionsCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long OFFSETS_PER_DECISION = 16;
    /** Of a batch that was compressed, no more values than these are in memory at once. */
    private static final int RECORDS_PER_POLL = 64;

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Option(
            names = "--last",
            paramLabel = "COUNT",
            defaultValue = "10",
            description = "Begin with the last N decisions of each partition (default: 10).")
    private long last;

    @Option(names = "--follow", description = "Continue with new decisions until stopped.")
    private boolean follow;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        RecordGuard guard = new RecordGuard(TopicCatalogue.DECISIONS, new SimpleMeterRegistry());
        Map<String, Object> properties = new HashMap<>(kafka.reachable());
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
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
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, TIMEOUT);
            ends.forEach((partition, end) ->
                    consumer.seek(partition, Math.max(starts.getOrDefault(partition, 0L), end - lookBack())));
            printLast(consumer, ends, guard);
            while (follow) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    guard.read(record, decision -> spec.commandLine().getOut().println(line(decision)));
                }
                spec.commandLine().getOut().flush();
            }
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    "Kafka did not answer in time: " + e.getMessage() + " (expected: a broker at "
                            + properties.get("bootstrap.servers") + ", and topic " + TopicCatalogue.DECISIONS + ")",
                    e);
        }
        return 0;
    }

    /** Each commit takes an offset of its own, so the last N decisions may begin further back than N offsets. */
    private long lookBack() {
        return OFFSETS_PER_DECISION * last + OFFSETS_PER_DECISION;
    }

    private void printLast(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, RecordGuard guard) {
        Map<Integer, Deque<String>> newest = new TreeMap<>();
        while (isBehind(consumer, ends)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                guard.read(record, decision -> {
                    Deque<String> kept = newest.computeIfAbsent(decision.partition(), partition -> new ArrayDeque<>());
                    kept.addLast(line(decision));
                    if (kept.size() > last) {
                        kept.removeFirst();
                    }
                });
            }
        }
        newest.values().forEach(kept -> kept.forEach(spec.commandLine().getOut()::println));
        spec.commandLine().getOut().flush();
    }

    /** The record's own text. It is a decision, so a line break in it can only stand between two members. */
    private static String line(ConsumerRecord<byte[], byte[]> decision) throws WireException {
        DecisionCodec.read(decision.value());
        return new String(decision.value(), StandardCharsets.UTF_8).replaceAll("[\\r\\n]+", " ");
    }

    private static boolean isBehind(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), TIMEOUT) < end.getValue());
    }
}
