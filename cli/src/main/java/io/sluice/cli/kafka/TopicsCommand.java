package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice topics}: the topics that Sluice needs, listed or created. */
@Command(name = "topics", description = "List or create the topics that Sluice needs.", mixinStandardHelpOptions = true)
public final class TopicsCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(name = "create", description = "Create the topics that the cluster does not have.")
    int create(
            @Mixin KafkaOptions kafka,
            @Mixin LogOptions log,
            @Option(
                            names = "--request-partitions",
                            defaultValue = "12",
                            description = "Partitions of the request topic, fixed for ever (default: 12).")
                    int requestPartitions,
            @Option(
                            names = "--reply-partitions",
                            defaultValue = "12",
                            description = "Partitions of the reply topic, one for each front end (default: 12).")
                    int replyPartitions,
            @Option(
                            names = "--replication-factor",
                            defaultValue = "-1",
                            description = "Copies of each partition (default: the broker's default).")
                    short replicationFactor)
            throws CommandFailure {
        log.apply();
        List<String> created = TopicCreation.create(
                kafka.reachable(), TopicCatalogue.topics(requestPartitions, replyPartitions), replicationFactor);
        PrintWriter out = spec.commandLine().getOut();
        created.forEach(topic -> out.println("created " + topic));
        if (created.isEmpty()) {
            out.println("every topic is there");
        }
        return 0;
    }

    @Command(name = "list", description = "List the topics of the catalogue, with their configuration.")
    int list() {
        PrintWriter out = spec.commandLine().getOut();
        for (TopicSpec topic : TopicCatalogue.topics(12, 12)) {
            out.printf(
                    "%-24s %2d partitions, keyed by %s: %s %s%n",
                    topic.name(), topic.partitions(), topic.keyedBy(), topic.purpose(), topic.config());
        }
        return 0;
    }
}
