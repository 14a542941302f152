package io.sluice.cli;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.regex.Pattern;

/** The metrics of a server: its own, the JVM's, and those of Kafka's clients that an operator needs. */
public final class ServerMetrics {
    private static final String KAFKA = "kafka.";
    private static final String ADMIN_CLIENT = "kafka.admin.client.";
    /** Kafka's clients repeat their figures for each broker; the tag names the broker. */
    private static final String BROKER_TAG = "node.id";
    /** The same in every line. */
    private static final String VERSION_TAG = "kafka.version";
    /** Left out: rates, which Prometheus makes of totals, and metrics of a client's sockets and buffers. */
    private static final Pattern INNER = Pattern.compile(
            "\\.rate$|authentication|\\.io\\.|iotime|select|connection|\\.ns\\.total|\\.failed\\.|bufferpool");

    private ServerMetrics() {}

    public static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config()
                .meterFilter(MeterFilter.deny(ServerMetrics::isOfNoUse))
                .meterFilter(MeterFilter.ignoreTags(VERSION_TAG));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        bindPauses(registry);
        new ProcessorMetrics().bindTo(registry);
        return registry;
    }

    /** It listens as long as the process runs, like everything in this class. */
    @SuppressWarnings("resource")
    private static void bindPauses(PrometheusMeterRegistry registry) {
        new JvmGcMetrics().bindTo(registry);
    }

    private static boolean isOfNoUse(Meter.Id id) {
        String name = id.getName();
        return name.startsWith(KAFKA)
                && (name.startsWith(ADMIN_CLIENT)
                        || id.getTag(BROKER_TAG) != null
                        || INNER.matcher(name).find());
    }
}
