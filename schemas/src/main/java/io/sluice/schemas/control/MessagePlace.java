package io.sluice.schemas.control;

import org.jspecify.annotations.Nullable;

/**
 * Where messages between request partitions count: elsewhere the same rules key proves nothing. So a message that was
 * copied from another cluster, or from a topic of that name that was there before, is refused.
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
