package io.sluice.cli.kafka;

import io.sluice.schemas.topic.KafkaPermission;
import io.sluice.schemas.topic.KafkaPermission.Operation;
import io.sluice.schemas.topic.KafkaRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The access lists of one role.
 *
 * @param principal the role's principal at the broker
 */
record RoleAcls(KafkaRole role, String principal, List<KafkaPermission> permissions) {
    private static final String COMMAND = "kafka-acls.sh --bootstrap-server \"$SLUICE_BOOTSTRAP_SERVERS\""
            + " --command-config \"$SLUICE_KAFKA_CONFIG_FILE\" --add";

    /** As a shell script: a comment, then one {@code kafka-acls.sh} for each resource. */
    List<String> commands() {
        List<String> lines = new ArrayList<>();
        lines.add("# " + role.id() + ": " + role.purpose());
        for (KafkaPermission permission : permissions) {
            StringBuilder line = new StringBuilder(COMMAND + " --allow-principal '" + principal + "'");
            permission
                    .operations()
                    .forEach(operation -> line.append(" --operation ").append(name(operation)));
            lines.add(line + resource(permission));
        }
        return lines;
    }

    private static String resource(KafkaPermission permission) {
        String pattern = permission.prefixed() ? " --resource-pattern-type prefixed" : "";
        return switch (permission.resource()) {
            case TOPIC -> " --topic " + permission.name() + pattern;
            case GROUP -> " --group " + permission.name() + pattern;
            case TRANSACTIONAL_ID -> " --transactional-id " + permission.name() + pattern;
            case CLUSTER -> " --cluster";
        };
    }

    /** As objects, one for each resource. */
    List<Object> tree() {
        List<Object> tree = new ArrayList<>();
        for (KafkaPermission permission : permissions) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("role", role.id());
            members.put("principal", principal);
            members.put("resourceType", permission.resource().name());
            members.put("resourceName", permission.name());
            members.put("patternType", permission.prefixed() ? "PREFIXED" : "LITERAL");
            members.put(
                    "operations",
                    permission.operations().stream().map(Operation::name).toList());
            tree.add(members);
        }
        return tree;
    }

    /** As tools write it: {@code DescribeConfigs}. */
    static String name(Operation operation) {
        StringBuilder name = new StringBuilder();
        for (String word : operation.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
