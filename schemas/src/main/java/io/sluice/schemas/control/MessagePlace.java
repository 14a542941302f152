package io.sluice.schemas.control;

import org.jspecify.annotations.Nullable;

/**
 * The cluster and topic in which a message between request partitions is valid. A message that was copied from
 * another cluster, or from an earlier topic of the same name, is refused.
 *
 * @param clusterId the ID of the Kafka cluster
 * @param topicId the ID of its request topic
 */
public record MessagePlace(String clusterId, String topicId) {
    public MessagePlace {
        filled("clusterId", clusterId);
        filled("topicId", topicId);
    }

    private static void filled(String name, @Nullable String id) {
        if (id == null || id.isBlank()) {
            throw new IllegalArgumentException(name + ": missing (expected: the ID that Kafka gave)");
        }
    }

    /** The text that its secret is derived from. */
    String text() {
        return clusterId + "\n" + topicId;
    }
}
