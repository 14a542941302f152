package io.sluice.streams;

import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.admission.AdmissionProcessor;
import io.sluice.streams.admission.CompiledRulesets;
import io.sluice.streams.replica.ReplicaProcessor;
import io.sluice.streams.store.PartitionStoreBuilder;
import io.sluice.streams.topology.MeasuredProcessor;
import io.sluice.streams.topology.Names;
import java.util.concurrent.Executor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;

/**
 * The graph of a reply replica: that of the streams app, with one sink, and without a changelog.
 *
 * <pre>
 *   sluice.requests.v1 --&gt; admission-processor --&gt; sluice.replies.v1
 *                              |
 *                         sluice-state (RocksDB)
 * </pre>
 */
final class ReplicaTopology {
    private ReplicaTopology() {}

    static Topology build(
            AdmissionConfig config,
            AdmissionMetrics metrics,
            Executor storeWriter,
            OpenTelemetry openTelemetry,
            ReplicaProcessor.Parts parts) {
        CompiledRulesets rulesets = new CompiledRulesets();
        Topology topology = new Topology()
                .addSource(
                        Names.REQUESTS_SOURCE,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        TopicCatalogue.REQUESTS)
                .addProcessor(
                        Names.ADMISSION_PROCESSOR,
                        () -> new MeasuredProcessor(
                                new ReplicaProcessor(
                                        new AdmissionProcessor(config, metrics, rulesets, openTelemetry), parts),
                                metrics.stages()),
                        Names.REQUESTS_SOURCE)
                .addStateStore(
                        new PartitionStoreBuilder(
                                Names.STATE_STORE,
                                /* changelog= */ null,
                                config.cachedEntriesMax(),
                                storeWriter,
                                metrics),
                        Names.ADMISSION_PROCESSOR);
        return AdmissionTopology.withReplies(topology);
    }
}
