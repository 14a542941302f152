package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice topics}: the topics that Sluice needs, listed or created, and who may use them. */
@Command(
        name = "topics",
        description = "List or create the topics that Sluice needs, or print who may use them.",
        subcommands = {TopicAcls.class, TopicManifests.class},
        footer = {
            "  sluice topics list",
            "  sluice topics create --bootstrap-servers kafka-1:9092 --request-partitions 12 --replication-factor 3"
        })
public final class TopicsCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "create",
            description = {
                "Create the topics that are missing in the cluster.",
                "If an existing topic differs from what you ask for, it prints the differences, creates "
                        + "nothing, and ends with exit code 1."
            },
            footer = "  sluice topics create --bootstrap-servers kafka-1:9092 --request-partitions 12"
                    + " --reply-partitions 12 --replication-factor 3")
    int create(
            @Mixin KafkaOptions kafka,
            @Mixin LogOptions log,
            @Option(
                            names = "--request-partitions",
                            paramLabel = "COUNT",
                            description = "Partitions of the request topic, fixed for ever "
                                    + "(default: as many as it has, else 12).")
                    @Nullable Integer requestPartitions,
            @Option(
                            names = "--reply-partitions",
                            paramLabel = "COUNT",
                            description = "Partitions of the reply topic, one for each front end "
                                    + "(default: as many as it has, else 12).")
                    @Nullable Integer replyPartitions,
            @Option(
                            names = "--replication-factor",
                            paramLabel = "COUNT",
                            description = "Copies of each partition (default: the broker's default).")
                    @Nullable Short replicationFactor)
            throws CommandFailure {
        log.apply();
        Map<String, String> cluster = kafka.reachable();
        TopicNumbers numbers = new TopicNumbers(requestPartitions, replyPartitions, replicationFactor);
        Map<String, TopicDescription> existing = TopicNumbers.existing(cluster);
        List<String> differences = numbers.differences(existing);
        if (!differences.isEmpty()) {
            differences.forEach(line -> spec.commandLine().getErr().println("sluice: " + line));
            return 1;
        }
        List<String> created = TopicCreation.create(
                cluster, numbers.topics(existing), replicationFactor == null ? -1 : replicationFactor);
        PrintWriter out = spec.commandLine().getOut();
        created.forEach(topic -> out.println("created " + topic));
        if (created.isEmpty()) {
            out.println("every topic is there");
        }
        return 0;
    }

    @Command(
            name = "list",
            description = "List the topics of the catalogue, with their configuration.",
            footer = "  sluice topics list")
    int list() {
        PrintWriter out = spec.commandLine().getOut();
        for (TopicSpec topic : TopicCatalogue.topics(TopicNumbers.PARTITIONS, TopicNumbers.PARTITIONS)) {
            out.printf(
                    "%-24s %2d partitions, keyed by %s: %s %s%n",
                    topic.name(), topic.partitions(), topic.keyedBy(), topic.purpose(), topic.config());
        }
        return 0;
    }
}
