package io.sluice.cli.accounts;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.ProfileCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.RecordGuard;
import io.sluice.topics.TopicScan;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
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
    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Option(
            names = "--partition-accounts-max",
            paramLabel = "COUNT",
            defaultValue = "1000000",
            description = "Most profiles of one partition; they are in memory at once (default: 1000000).")
    private int accountsMax;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        RecordGuard guard = new RecordGuard(TopicCatalogue.ACCOUNTS, new SimpleMeterRegistry());
        try (TopicScan scan = TopicScan.open(kafka.reachable())) {
            for (TopicPartition partition : scan.partitions(TopicCatalogue.ACCOUNTS)) {
                print(profiles(scan, partition, guard));
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
    private Map<String, String> profiles(TopicScan scan, TopicPartition partition, RecordGuard guard)
            throws CommandFailure {
        Map<String, String> latest = new TreeMap<>();
        scan.read(partition, guard, profile -> {
            // One more than there may be says that there are too many.
            if (latest.size() <= accountsMax) {
                Profile read = ProfileCodec.decode(profile.value());
                latest.put(read.account(), new String(profile.value(), StandardCharsets.UTF_8));
            }
        });
        if (latest.size() > accountsMax) {
            throw new CommandFailure("partition " + partition.partition() + " has more than " + accountsMax
                    + " profiles (expected: fewer; raise --partition-accounts-max and the heap)");
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
