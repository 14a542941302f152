package io.sluice.streams.usage;

import java.nio.file.Path;
import java.util.Map;

/**
 * The settings that usage roll-ups start with.
 *
 * @param kafka Kafka client and Streams properties, {@code bootstrap.servers} among them
 * @param stateDir where their stores live; may be that of the streams app
 * @param threads stream threads of their own
 */
public record UsageConfig(Map<String, String> kafka, Path stateDir, int threads, UsageBounds bounds) {
    public UsageConfig {
        kafka = Map.copyOf(kafka);
        if (threads < 1) {
            throw new IllegalArgumentException("usageThreads: " + threads + " (expected: at least 1)");
        }
    }
}
