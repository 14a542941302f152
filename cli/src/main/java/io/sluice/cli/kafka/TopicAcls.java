package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.DocumentYaml;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.topic.KafkaRole;
import io.sluice.schemas.topic.RolePermissions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice topics acls}: the access lists that each role needs at Kafka. */
@Command(
        name = "acls",
        description = {
            "Print the access lists that each role needs, and nothing beyond them.",
            "The output is a script for Kafka's own tool, which takes the brokers from "
                    + "$SLUICE_BOOTSTRAP_SERVERS and a superuser's properties from $SLUICE_KAFKA_CONFIG_FILE. "
                    + "Nothing is changed."
        },
        footer = {
            "  sluice topics acls > acls.sh",
            "  sluice topics acls --role front-end --principal front-end=User:CN=web --output json"
        })
final class TopicAcls implements Callable<Integer> {
    /** The forms of an access list. */
    private enum Form {
        COMMANDS,
        JSON,
        YAML
    }

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Option(
            names = "--principal",
            paramLabel = "ROLE=PRINCIPAL",
            description = "The principal of a role at the broker; repeatable (default: User:, then the application ID, "
                    + "a hyphen and the role).")
    private Map<String, String> principals = new LinkedHashMap<>();

    @Option(
            names = "--output",
            paramLabel = "commands|json|yaml",
            defaultValue = "commands",
            description = "Form of the output (default: commands).")
    private Form form = Form.COMMANDS;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        RolePermissions permissions = options.permissions();
        Map<KafkaRole, String> known = options.principals(principals);
        List<RoleAcls> acls = new ArrayList<>();
        for (KafkaRole role : options.roles()) {
            acls.add(new RoleAcls(role, known.getOrDefault(role, ""), permissions.of(role)));
        }
        PrintWriter out = spec.commandLine().getOut();
        List<Object> tree = new ArrayList<>();
        acls.forEach(role -> tree.addAll(role.tree()));
        switch (form) {
            case COMMANDS -> acls.forEach(role -> role.commands().forEach(out::println));
            case JSON -> out.println(DocumentTree.toJson(tree));
            case YAML -> out.print(DocumentYaml.of(tree));
        }
        out.flush();
        return 0;
    }
}
