package io.sluice.schemas.topic;

import java.util.Map;

/**
 * One topic of the catalogue.
 *
 * @param name full name, with its format version
 * @param partitions partitions at creation
 * @param keyedBy what the record key is, for the reader
 * @param purpose what the topic carries, for the reader
 * @param config topic-level configuration that Sluice relies on
 * @param access who may write and read it
 */
public record TopicSpec(
        String name, int partitions, String keyedBy, String purpose, Map<String, String> config, TopicAccess access) {
    public TopicSpec {
        if (partitions < 1) {
            throw new IllegalArgumentException(name + " partitions: " + partitions + " (expected: at least 1)");
        }
        config = Map.copyOf(config);
    }
}
