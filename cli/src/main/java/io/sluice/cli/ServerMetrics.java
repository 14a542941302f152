package io.sluice.cli;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The metrics of a server: its own, the JVM's, and of Kafka's clients those that an operator asks for. */
public final class ServerMetrics {
    private static final String KAFKA = "kafka.";
    private static final String ADMIN_CLIENT = "kafka.admin.client.";
    /** Kafka's clients repeat their figures for each broker; the tag names the broker. */
    private static final String BROKER_TAG = "node.id";

    private ServerMetrics() {}

    public static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(MeterFilter.deny(ServerMetrics::isOfNoUse));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        return registry;
    }

    private static boolean isOfNoUse(Meter.Id id) {
        return id.getName().startsWith(KAFKA)
                && (id.getName().startsWith(ADMIN_CLIENT) || id.getTag(BROKER_TAG) != null);
    }
}
