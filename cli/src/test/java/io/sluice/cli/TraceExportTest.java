package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TraceExportTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void shouldBeOff_whenNoExporterIsNamed() throws Exception {
        // Given
        for (Map<String, String> environment : List.of(
                Map.<String, String>of(),
                Map.of("OTEL_TRACES_EXPORTER", ""),
                Map.of("OTEL_TRACES_EXPORTER", "none"),
                Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_SDK_DISABLED", "true"),
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"))) {
            // When
            try (TraceExport traces = TraceExport.start("test", environment, registry)) {
                // Then
                assertThat(traces.openTelemetry()).isSameAs(OpenTelemetry.noop());
            }
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void shouldCountSpans_whenAnExporterIsNamed() throws Exception {
        // Given nobody listens there
        try (TraceExport traces = TraceExport.start("test", Map.of("OTEL_TRACES_EXPORTER", "otlp"), registry)) {
            // When
            traces.openTelemetry()
                    .getTracer("test")
                    .spanBuilder("test")
                    .startSpan()
                    .end();

            // Then
            assertThat(registry.get("sluice.traces.spans.ended").counter().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldNameTheVariables_whenTheExporterIsUnknown() {
        assertThatThrownBy(() -> TraceExport.start("test", Map.of("OTEL_TRACES_EXPORTER", "zipkins"), registry))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("OTEL_")
                .hasMessageContaining("zipkins");
    }
}
