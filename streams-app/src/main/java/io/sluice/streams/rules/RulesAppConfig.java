package io.sluice.streams.rules;

import io.sluice.schemas.control.ControlKey;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a rules writer is started with.
 *
 * @param kafka Kafka client and Streams properties, {@code bootstrap.servers} among them
 * @param stateDir where its store lives; may be that of the streams app
 * @param controlKey proves commands, and signs what goes to the partitions
 * @param approvalRequired whether a proposal takes effect only after somebody other than its author agreed
 */
public record RulesAppConfig(
        Map<String, String> kafka, Path stateDir, ControlKey controlKey, boolean approvalRequired) {
    public RulesAppConfig {
        kafka = Map.copyOf(kafka);
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("bootstrap.servers: missing (expected: host:port[,host:port...])");
        }
    }
}
