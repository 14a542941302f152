package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.schemas.topic.KafkaRole;
import io.sluice.schemas.topic.RolePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that select roles, and the {@code application.id} of the streams app. */
final class RoleOptions {
    /** A principal ends up in single quotes of a shell. */
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z]+:[^'\\p{Cntrl}]{1,300}");

    @Option(
            names = "--application-id",
            paramLabel = "NAME",
            defaultValue = "sluice",
            description = "The application.id of the streams app: its group, and the prefix of its internal topics"
                    + " and transactional IDs (default: sluice).")
    private String applicationId = "sluice";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "Only this role; repeatable (default: all): streams-app, front-end, admin-front-end,"
                    + " batch-producer, analyst, auditor, operator.")
    private List<String> names = new ArrayList<>();

    String applicationId() {
        return applicationId;
    }

    RolePermissions permissions() throws CommandFailure {
        try {
            return new RolePermissions(applicationId);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--application-id: " + e.getMessage(), e);
        }
    }

    /** The roles that are asked for, in the order of the catalogue. */
    List<KafkaRole> roles() throws CommandFailure {
        if (names.isEmpty()) {
            return List.of(KafkaRole.values());
        }
        List<KafkaRole> roles = new ArrayList<>();
        for (String name : names) {
            roles.add(role("--role", name));
        }
        return roles.stream().sorted().distinct().toList();
    }

    /** The principal of each role: that of the map, else one that is named after the application and the role. */
    Map<KafkaRole, String> principals(Map<String, String> given) throws CommandFailure {
        Map<KafkaRole, String> principals = new EnumMap<>(KafkaRole.class);
        for (KafkaRole role : KafkaRole.values()) {
            principals.put(role, "User:" + user(role));
        }
        for (Map.Entry<String, String> each : new LinkedHashMap<>(given).entrySet()) {
            String principal = each.getValue();
            if (!PRINCIPAL.matcher(principal).matches()) {
                throw new CommandFailure("--principal " + each.getKey() + ": " + principal
                        + " (expected: TYPE:NAME without single quotes, such as User:CN=web)");
            }
            principals.put(role("--principal", each.getKey()), principal);
        }
        return principals;
    }

    /** The name of a role's user, unless somebody chose another. */
    String user(KafkaRole role) {
        return applicationId + "-" + role.id();
    }

    private static KafkaRole role(String option, String id) throws CommandFailure {
        try {
            return KafkaRole.of(id);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(option + ": " + e.getMessage(), e);
        }
    }
}
