package io.sluice.schemas.topic;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The operations that a role may perform on a resource of Kafka. The names are those of Kafka's access lists.
 *
 * @param name of the resource, or the beginning of names
 * @param prefixed whether the name is only the beginning
 * @param operations in the order of {@link Operation}; READ and WRITE include DESCRIBE
 */
public record KafkaPermission(Resource resource, String name, boolean prefixed, Set<Operation> operations) {
    /** The only name of the cluster as a resource. */
    public static final String CLUSTER_NAME = "kafka-cluster";

    /** The kinds of resources that Kafka has access lists for. */
    public enum Resource {
        TOPIC,
        GROUP,
        TRANSACTIONAL_ID,
        CLUSTER
    }

    /** The operations that Sluice needs; none of them deletes or alters. */
    public enum Operation {
        READ,
        WRITE,
        CREATE,
        DESCRIBE,
        DESCRIBE_CONFIGS
    }

    public KafkaPermission {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: empty (expected: a resource, since an empty prefix is all)");
        }
        if (operations.isEmpty()) {
            throw new IllegalArgumentException(name + " operations: none (expected: at least one)");
        }
        operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    }

    static KafkaPermission on(Resource resource, String name, Set<Operation> operations) {
        return new KafkaPermission(resource, name, /* prefixed= */ false, operations);
    }

    static KafkaPermission onPrefix(Resource resource, String prefix, Set<Operation> operations) {
        return new KafkaPermission(resource, prefix, /* prefixed= */ true, operations);
    }
}
