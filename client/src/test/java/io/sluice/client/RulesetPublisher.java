package io.sluice.client;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.topics.RecordGuard;
import io.sluice.topics.SignedRules;
import io.sluice.topics.TopicScan;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Stands in for the rules writer: keeps a document under the next revision, and takes it into every request partition.
 */
final class RulesetPublisher {
    private final String bootstrapServers;

    RulesetPublisher(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Puts the document in force; returns its revision. */
    long publish(String documentJson) {
        long revision = latestRevision() + 1;
        byte[] record = RequestCodec.encode(Activations.signed(TestKeys.RULES, revision, documentJson));
        int partitions = TopicReader.partitionsOf(bootstrapServers, TopicCatalogue.REQUESTS);
        try (TopicWriter writer = new TopicWriter(bootstrapServers)) {
            byte[] key = Long.toString(revision).getBytes(StandardCharsets.UTF_8);
            writer.send(TopicCatalogue.RULES, 0, key, record);
            for (int partition = 0; partition < partitions; partition++) {
                writer.send(TopicCatalogue.REQUESTS, partition, null, record);
            }
        }
        return revision;
    }

    private long latestRevision() {
        long[] latest = {0};
        TopicScan.readAll(
                TopicCatalogue.RULES,
                Map.of("bootstrap.servers", bootstrapServers),
                new RecordGuard(TopicCatalogue.RULES, new SimpleMeterRegistry()),
                record -> {
                    if (SignedRules.read(TestKeys.RULES_PUBLIC, record) instanceof RulesetActivation activation) {
                        latest[0] = Math.max(latest[0], activation.revision());
                    }
                });
        return latest[0];
    }
}
