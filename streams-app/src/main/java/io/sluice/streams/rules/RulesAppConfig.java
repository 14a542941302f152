package io.sluice.streams.rules;

import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import java.nio.file.Path;
import java.util.Map;

/**
 * The settings that a rules writer starts with.
 *
 * @param kafka Kafka client and Streams properties, {@code bootstrap.servers} among them
 * @param stateDir where its store lives; may be that of the streams app
 * @param rulesKey signs the writer's decisions
 * @param keys prove commands, and the decisions of earlier writers
 * @param approvalRequired whether a proposal takes effect only after somebody other than its author agreed
 */
public record RulesAppConfig(
        Map<String, String> kafka, Path stateDir, SigningKey rulesKey, TrustedKeys keys, boolean approvalRequired) {
    public RulesAppConfig {
        kafka = Map.copyOf(kafka);
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("bootstrap.servers: missing (expected: host:port[,host:port...])");
        }
        if (!keys.rules().include(rulesKey)) {
            throw new IllegalArgumentException("rules key: its public half is not among the public keys of rules"
                    + " (expected: there, or nobody would believe what is signed)");
        }
    }
}
