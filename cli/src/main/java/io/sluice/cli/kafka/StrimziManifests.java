package io.sluice.cli.kafka;

import io.sluice.schemas.topic.KafkaPermission;
import io.sluice.schemas.topic.TopicSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Topics and users as resources of Strimzi, a Kafka operator for Kubernetes.
 *
 * @param cluster name of the Kafka resource that they belong to
 */
record StrimziManifests(String cluster) {
    private static final String API_VERSION = "kafka.strimzi.io/v1";

    /**
     * The resource of a topic.
     *
     * @param replicas copies of each partition; null for the cluster's default
     */
    Map<String, Object> topic(TopicSpec topic, @Nullable Short replicas) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("partitions", (long) topic.partitions());
        if (replicas != null) {
            spec.put("replicas", (long) replicas);
        }
        spec.put("config", new TreeMap<>(topic.config()));
        return resource("KafkaTopic", topic.name(), spec);
    }

    /** The resource of a user that may do what a role may. */
    Map<String, Object> user(String name, String authentication, List<KafkaPermission> permissions) {
        List<Object> acls = new ArrayList<>();
        for (KafkaPermission permission : permissions) {
            Map<String, Object> acl = new LinkedHashMap<>();
            acl.put("resource", aclResource(permission));
            acl.put(
                    "operations",
                    permission.operations().stream().map(RoleAcls::name).toList());
            acls.add(acl);
        }
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("authentication", Map.of("type", authentication));
        Map<String, Object> authorization = new LinkedHashMap<>();
        authorization.put("type", "simple");
        authorization.put("acls", acls);
        spec.put("authorization", authorization);
        return resource("KafkaUser", name, spec);
    }

    private static Map<String, Object> aclResource(KafkaPermission permission) {
        Map<String, Object> resource = new LinkedHashMap<>();
        switch (permission.resource()) {
            case TOPIC -> resource.put("type", "topic");
            case GROUP -> resource.put("type", "group");
            case TRANSACTIONAL_ID -> resource.put("type", "transactionalId");
            case CLUSTER -> resource.put("type", "cluster");
        }
        if (permission.resource() != KafkaPermission.Resource.CLUSTER) {
            resource.put("name", permission.name());
            resource.put("patternType", permission.prefixed() ? "prefix" : "literal");
        }
        return resource;
    }

    private Map<String, Object> resource(String kind, String name, Map<String, Object> spec) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        metadata.put("labels", Map.of("strimzi.io/cluster", cluster));
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", API_VERSION);
        resource.put("kind", kind);
        resource.put("metadata", metadata);
        resource.put("spec", spec);
        return resource;
    }
}
