package io.sluice.cli.roles;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.api.failure.RulesetFailurePolicies;
import io.sluice.cli.Shutdown;
import io.sluice.client.ClientConfig;
import io.sluice.client.KafkaAdmissions;
import io.sluice.client.RulesetFollower;
import io.sluice.client.fastpath.FastAdmissions;
import io.sluice.client.fastpath.FastPath;
import io.sluice.schemas.control.VerifyingKeys;

/**
 * The part of a front end behind its ports: the ledger over Kafka, the fast path, and the rules in force.
 *
 * @param ledger gives every verdict through Kafka, and lends tokens
 * @param fast gives verdicts out of leases where it can
 * @param policies know the ruleset in force, and answer if no verdict comes
 */
public record FrontEndBackend(KafkaAdmissions ledger, FastAdmissions fast, RulesetFailurePolicies policies) {
    /** The metrics, the traces, and the shutdown of the process. */
    public record Telemetry(MeterRegistry registry, OpenTelemetry traces, Shutdown shutdown) {}

    /**
     * Connects to the cluster.
     *
     * @param rules the keys that verify a ruleset
     */
    public static FrontEndBackend connect(
            ClientConfig config, VerifyingKeys rules, FastPath fastPath, Telemetry telemetry) {
        MeterRegistry registry = telemetry.registry();
        Shutdown shutdown = telemetry.shutdown();
        RulesetFailurePolicies policies =
                new RulesetFailurePolicies(config.failurePolicy(), System::currentTimeMillis, registry);
        KafkaAdmissions ledger = shutdown.add(KafkaAdmissions.connect(config, policies, registry, telemetry.traces()));
        shutdown.add(
                RulesetFollower.start(config.kafka(), rules, registry, policies::activated, policies::accessChanged));
        FastAdmissions fast = shutdown.add(FastAdmissions.start(
                new FastAdmissions.Backend(ledger, ledger, policies), fastPath, registry, telemetry.traces()));
        return new FrontEndBackend(ledger, fast, policies);
    }
}
