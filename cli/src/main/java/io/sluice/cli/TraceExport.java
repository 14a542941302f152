package io.sluice.cli;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.Map;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Traces of one process: off unless the standard variable {@code OTEL_TRACES_EXPORTER} names an exporter, and set up by
 * the standard variables then.
 */
public final class TraceExport implements AutoCloseable {
    private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
    private static final String DISABLED = "OTEL_SDK_DISABLED";
    private static final String NONE = "none";
    /** The logger of the SDK itself. */
    private static final String SDK_LOGGER = "io.opentelemetry";

    private final OpenTelemetry openTelemetry;
    private final @Nullable OpenTelemetrySdk sdk;

    private TraceExport(OpenTelemetry openTelemetry, @Nullable OpenTelemetrySdk sdk) {
        this.openTelemetry = openTelemetry;
        this.sdk = sdk;
    }

    /**
     * Starts exporting, if the environment says so.
     *
     * @param serviceName unless the environment names another
     * @throws CommandFailure if the environment cannot be understood
     */
    public static TraceExport start(String serviceName, MeterRegistry registry) throws CommandFailure {
        return start(serviceName, System.getenv(), registry);
    }

    static TraceExport start(String serviceName, Map<String, String> environment, MeterRegistry registry)
            throws CommandFailure {
        String exporter = environment.getOrDefault(EXPORTER, "").strip();
        boolean off = exporter.isEmpty()
                || exporter.equalsIgnoreCase(NONE)
                || Boolean.parseBoolean(environment.getOrDefault(DISABLED, "").strip());
        return off ? new TraceExport(OpenTelemetry.noop(), null) : on(serviceName, exporter, registry);
    }

    private static TraceExport on(String serviceName, String exporter, MeterRegistry registry) throws CommandFailure {
        Logger logger = Logger.getLogger(SDK_LOGGER);
        logger.setUseParentHandlers(false);
        logger.addHandler(new SLF4JBridgeHandler());
        try {
            OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> defaults(serviceName))
                    // Read above, from the environment alone.
                    .addPropertiesCustomizer(properties -> Map.of("otel.traces.exporter", exporter))
                    .addSpanExporterCustomizer((exporting, properties) -> new CountedExporter(exporting, registry))
                    .addTracerProviderCustomizer((provider, properties) ->
                            provider.addSpanProcessor(new EndedSpans(Counter.builder("sluice.traces.spans.ended")
                                    .description("Sampled spans that have ended, exported or not")
                                    .register(registry))))
                    // Everything is closed in one order, by Shutdown.
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
            return new TraceExport(sdk, sdk);
        } catch (ConfigurationException e) {
            throw new CommandFailure("traces cannot be set up by the OTEL_* variables: " + e.getMessage(), e);
        }
    }

    /** The defaults, which the environment can change. */
    private static Map<String, String> defaults(String serviceName) {
        return Map.of(
                "otel.service.name", serviceName,
                "otel.exporter.otlp.protocol", "http/protobuf",
                // Metrics are scraped, and logs are lines.
                "otel.metrics.exporter", NONE,
                "otel.logs.exporter", NONE);
    }

    /** The no-operation instance if traces are off. */
    public OpenTelemetry openTelemetry() {
        return openTelemetry;
    }

    /** Exports what has ended, within the SDK's bound, and stops. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }
}
