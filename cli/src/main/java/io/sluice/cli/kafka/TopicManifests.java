package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.DocumentYaml;
import io.sluice.schemas.topic.KafkaRole;
import io.sluice.schemas.topic.RolePermissions;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice topics manifests}: topics and users for Strimzi. */
@Command(
        name = "manifests",
        description = {
            "Print every topic, and a user for each role, as Strimzi resources (kafka.strimzi.io/v1).",
            "The users may do what `sluice topics acls` prints. The same options give the same text."
        },
        footer = "  sluice topics manifests --cluster sluice-kafka --request-partitions 12 --reply-partitions 12"
                + " --replication-factor 3")
final class TopicManifests implements Callable<Integer> {
    /** A name of a Kubernetes resource that also is the value of a label. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** How a user proves who it is. */
    private enum Authentication {
        SCRAM("scram-sha-512"),
        TLS("tls");

        private final String type;

        Authentication(String type) {
            this.type = type;
        }
    }

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "sluice-kafka",
            description = "Name of the Kafka resource (default: sluice-kafka).")
    private String cluster = "";

    @Option(
            names = "--request-partitions",
            paramLabel = "COUNT",
            defaultValue = "12",
            description = "Partitions of the request topic, fixed for ever (default: 12).")
    private int requestPartitions;

    @Option(
            names = "--reply-partitions",
            paramLabel = "COUNT",
            defaultValue = "12",
            description = "Partitions of the reply topic, one for each front end (default: 12).")
    private int replyPartitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "COUNT",
            description = "Copies of each partition (default: the cluster's default).")
    private @Nullable Short replicationFactor;

    @Option(
            names = "--authentication",
            paramLabel = "scram|tls",
            defaultValue = "scram",
            description = "How users prove who they are: SCRAM-SHA-512, or a client certificate (default: scram).")
    private Authentication authentication = Authentication.SCRAM;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        checkName("--cluster", cluster);
        checkName("--application-id", options.applicationId());
        StrimziManifests strimzi = new StrimziManifests(cluster);
        List<Map<String, Object>> resources = new ArrayList<>();
        for (TopicSpec topic : topics()) {
            resources.add(strimzi.topic(topic, replicationFactor));
        }
        RolePermissions permissions = options.permissions();
        for (KafkaRole role : options.roles()) {
            resources.add(strimzi.user(options.user(role), authentication.type, permissions.of(role)));
        }
        PrintWriter out = spec.commandLine().getOut();
        for (Map<String, Object> resource : resources) {
            out.println("---");
            out.print(DocumentYaml.of(resource));
        }
        out.flush();
        return 0;
    }

    private List<TopicSpec> topics() throws CommandFailure {
        if (replicationFactor != null && replicationFactor < 1) {
            throw new CommandFailure("--replication-factor: " + replicationFactor + " (expected: at least 1)");
        }
        try {
            return TopicCatalogue.topics(requestPartitions, replyPartitions);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static void checkName(String option, String name) throws CommandFailure {
        if (!NAME.matcher(name).matches()) {
            throw new CommandFailure(option + ": " + name
                    + " (expected: 1..63 lower-case letters, digits and hyphens, which Kubernetes takes as a name)");
        }
    }
}
