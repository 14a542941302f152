package io.sluice.cli.accounts;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.ProfileCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.RecordGuard;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice account export}: prints every profile that was ever changed, as the accounts topic has it. */
@Command(
        name = "export",
        description = "Print the profiles of all accounts that were ever changed, one JSON object a line.",
        footer = "  sluice account export --bootstrap-servers 127.0.0.1:9092 > profiles.jsonl")
final class ExportCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int RECORDS_PER_POLL = 500;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Option(
            names = "--partition-accounts-max",
            paramLabel = "COUNT",
            defaultValue = "1000000",
            description = "The most profiles of one partition, which are in memory at once (default: 1000000).")
    private int accountsMax;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        Map<String, Object> properties = new HashMap<>(kafka.reachable());
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TopicCatalogue.ACCOUNTS, TIMEOUT).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            for (TopicPartition partition : partitions) {
                print(profiles(consumer, partition));
            }
        } catch (KafkaException e) {
            throw new CommandFailure(
                    TopicCatalogue.ACCOUNTS + " cannot be read: " + CommandFailure.lineOf(e)
                            + " (expected: a cluster of Sluice, and the rights of an analyst)",
                    e);
        }
        return 0;
    }

    /** The last profile of each account of a partition. An account is in one partition only. */
    private Map<String, String> profiles(Consumer<byte[], byte[]> consumer, TopicPartition partition)
            throws CommandFailure {
        RecordGuard guard = new RecordGuard(TopicCatalogue.ACCOUNTS, new SimpleMeterRegistry());
        Map<String, String> latest = new TreeMap<>();
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
        long position = -1;
        long progressNanos = System.nanoTime();
        while (consumer.position(partition, TIMEOUT) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                guard.read(record, profile -> {
                    Profile read = ProfileCodec.decode(profile.value());
                    latest.put(read.account(), new String(profile.value(), StandardCharsets.UTF_8));
                });
            }
            if (latest.size() > accountsMax) {
                throw new CommandFailure("partition " + partition.partition() + " has more than " + accountsMax
                        + " profiles (expected: fewer; raise --partition-accounts-max and the heap)");
            }
            if (consumer.position(partition, TIMEOUT) > position) {
                position = consumer.position(partition, TIMEOUT);
                progressNanos = System.nanoTime();
            } else if (System.nanoTime() - progressNanos > TIMEOUT.toNanos()) {
                // A poll of a broker that is gone is merely empty.
                throw new KafkaException("nothing came for " + TIMEOUT.toSeconds() + " s");
            }
        }
        return latest;
    }

    private void print(Map<String, String> profiles) {
        PrintWriter out = spec.commandLine().getOut();
        // A line break in a profile can only stand between two members.
        profiles.values().forEach(profile -> out.println(profile.replaceAll("[\\r\\n]+", " ")));
        out.flush();
    }
}
