package io.sluice.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.topic.RolePermissions;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.clients.LingeringClients;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.replica.PrimaryState;
import io.sluice.streams.replica.ReplicaConfig;
import io.sluice.streams.replica.ReplicaMeters;
import io.sluice.streams.replica.ReplicaProcessor;
import io.sluice.streams.topology.Names;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** The role of an instance: one of the streams app, or one of a replica of it. */
sealed interface AppRole {
    /** Its name in the log. */
    String label();

    /** Its {@code application.id}. */
    String applicationId();

    /** Checks what this role alone relies on. */
    void check(int requestPartitions) throws StartupException;

    /** Makes the streams app's configuration that of this role. */
    void adapt(Properties properties);

    /** Where it registers what both roles measure. */
    MeterRegistry shared(MeterRegistry registry);

    Topology topology(Processing processing, LingeringClients clients);

    /** What every topology of requests is built of. */
    record Processing(
            AdmissionConfig config, AdmissionMetrics metrics, Executor storeWriter, OpenTelemetry openTelemetry) {}

    static AppRole of(StreamsAppConfig config, MeterRegistry registry) {
        ReplicaConfig replica = config.replica();
        if (replica == null) {
            return new Primary(config.applicationId());
        }
        ReplicaMeters meters = new ReplicaMeters(registry);
        return new Replica(
                config.applicationId() + RolePermissions.REPLICA_SUFFIX,
                replica,
                new PrimaryState(
                        StreamsProperties.clientsOwn(config.kafka()),
                        config.applicationId() + "-" + Names.STATE_STORE + "-changelog",
                        meters),
                meters);
    }

    /** An instance of the streams app. */
    record Primary(String applicationId) implements AppRole {
        @Override
        public String label() {
            return "streams app";
        }

        @Override
        public void check(int requestPartitions) {
            // The check of the cluster has covered everything.
        }

        @Override
        public void adapt(Properties properties) {
            // The configuration is its own.
        }

        @Override
        public MeterRegistry shared(MeterRegistry registry) {
            return registry;
        }

        @Override
        public Topology topology(Processing processing, LingeringClients clients) {
            return AdmissionTopology.build(
                    processing.config(), processing.metrics(), processing.storeWriter(), processing.openTelemetry());
        }
    }

    /** An instance of a reply replica. */
    record Replica(String applicationId, ReplicaConfig config, PrimaryState state, ReplicaMeters meters)
            implements AppRole {
        /** A stream thread does not poll while it loads the state of its partitions. */
        private static final Duration LOAD_WITHIN = Duration.ofMinutes(10);

        @Override
        public String label() {
            return "reply replica";
        }

        @Override
        public void check(int requestPartitions) throws StartupException {
            state.check(requestPartitions);
        }

        /** It writes nothing that must agree with its offsets, so it needs no transactions. */
        @Override
        public void adapt(Properties properties) {
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
            properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
            properties.remove(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
            // The streams app decides no record of an aborted transaction either.
            properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
            properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 0);
            properties.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
                    Math.toIntExact(LOAD_WITHIN.toMillis()));
        }

        @Override
        public MeterRegistry shared(MeterRegistry registry) {
            return ReplicaMeters.view(registry);
        }

        @Override
        public Topology topology(Processing processing, LingeringClients clients) {
            return ReplicaTopology.build(
                    processing.config(),
                    processing.metrics(),
                    processing.storeWriter(),
                    processing.openTelemetry(),
                    new ReplicaProcessor.Parts(config, state, clients::seek, clients::logEnd, meters));
        }
    }
}
