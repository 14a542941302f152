package io.sluice.schemas.topic;

import io.sluice.schemas.topic.KafkaPermission.Operation;
import io.sluice.schemas.topic.KafkaPermission.Resource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The least permissions that each role needs at a Kafka cluster with access lists.
 *
 * <p>A producer that may write to any topic may be idempotent; that needs no permission of its own since Kafka 2.8.
 * Nobody may delete or alter anything.
 *
 * @param applicationId {@code application.id} of the streams app: its group, and the prefix of its internal topics and
 *     transactional IDs
 */
public record RolePermissions(String applicationId) {
    /** The rules writer's {@code application.id} is that of the streams app, with this behind it. */
    public static final String RULES_SUFFIX = "-rules";
    /** The same for the usage roll-ups. */
    public static final String USAGE_SUFFIX = "-usage";
    /** The same for reply replicas. */
    public static final String REPLICA_SUFFIX = "-replica";
    /** The groups that read alerts for webhooks are named by the application ID, this, and a hash of the URL. */
    public static final String WEBHOOK_INFIX = "-webhook-";

    public RolePermissions {
        if (!applicationId.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException("application ID: " + applicationId
                    + " (expected: 1..100 letters, digits, dots, hyphens and underscores)");
        }
    }

    /** Everything that a role may do, in the order of the catalogue. */
    public List<KafkaPermission> of(KafkaRole role) {
        List<KafkaPermission> permissions = new ArrayList<>();
        for (TopicSpec topic : TopicCatalogue.topics(/* requestPartitions= */ 1, /* replyPartitions= */ 1)) {
            Set<Operation> operations = operations(role, topic.access());
            if (!operations.isEmpty()) {
                permissions.add(KafkaPermission.on(Resource.TOPIC, topic.name(), operations));
            }
        }
        permissions.addAll(others(role));
        return List.copyOf(permissions);
    }

    private static Set<Operation> operations(KafkaRole role, TopicAccess access) {
        Set<Operation> operations = EnumSet.noneOf(Operation.class);
        if (access.readers().contains(role)) {
            operations.add(Operation.READ);
        }
        if (access.writers().contains(role)) {
            operations.add(Operation.WRITE);
        }
        if (role == KafkaRole.STREAMS_APP && !operations.isEmpty()) {
            // It starts only if the topics are configured as exactness needs it.
            operations.add(Operation.DESCRIBE_CONFIGS);
        }
        if (role == KafkaRole.OPERATOR) {
            // `sluice topics create` makes those that are missing, and looks at the others.
            operations.add(Operation.CREATE);
            operations.add(Operation.DESCRIBE);
        }
        return operations;
    }

    private List<KafkaPermission> others(KafkaRole role) {
        return switch (role) {
            case STREAMS_APP -> streamsApp();
            case FRONT_END, ADMIN_FRONT_END, BATCH_PRODUCER -> List.of();
            // People read with groups of their own. None of them begins like a group of the streams app.
            case ANALYST, AUDITOR, OPERATOR ->
                List.of(KafkaPermission.onPrefix(
                        Resource.GROUP, applicationId + "-" + role.id() + "-", Set.of(Operation.READ)));
        };
    }

    private List<KafkaPermission> streamsApp() {
        String own = applicationId + "-";
        return List.of(
                KafkaPermission.onPrefix(
                        Resource.TOPIC,
                        own,
                        Set.of(Operation.READ, Operation.WRITE, Operation.CREATE, Operation.DESCRIBE_CONFIGS)),
                KafkaPermission.on(Resource.GROUP, applicationId, Set.of(Operation.READ)),
                KafkaPermission.on(Resource.GROUP, applicationId + RULES_SUFFIX, Set.of(Operation.READ)),
                KafkaPermission.on(Resource.GROUP, applicationId + USAGE_SUFFIX, Set.of(Operation.READ)),
                KafkaPermission.on(Resource.GROUP, applicationId + REPLICA_SUFFIX, Set.of(Operation.READ)),
                KafkaPermission.onPrefix(Resource.GROUP, applicationId + WEBHOOK_INFIX, Set.of(Operation.READ)),
                KafkaPermission.onPrefix(Resource.TRANSACTIONAL_ID, own, Set.of(Operation.WRITE)),
                // The brokers' bound on transactions: without it, the app cannot warn that it is too long.
                KafkaPermission.on(Resource.CLUSTER, KafkaPermission.CLUSTER_NAME, Set.of(Operation.DESCRIBE_CONFIGS)));
    }
}
