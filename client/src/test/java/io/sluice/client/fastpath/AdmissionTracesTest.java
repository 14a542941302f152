package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static io.sluice.client.fastpath.ScriptedFrontEnd.CONFIG;
import static io.sluice.client.fastpath.ScriptedFrontEnd.DEADLINE_MILLIS;
import static io.sluice.client.fastpath.ScriptedFrontEnd.admission;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sluice.client.FailurePolicy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans of answers that a front end gives by itself. */
final class AdmissionTracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final AttributeKey<String> LEASE = AttributeKey.stringKey("sluice.lease.id");

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);
    private final FastAdmissions fast = new FastAdmissions(
            new FastAdmissions.Backend(ledger, ledger, (request, detail) -> FailurePolicy.ERROR.answer(detail)),
            CONFIG,
            timers,
            new SimpleMeterRegistry(),
            sdk);

    @AfterEach
    void stop() {
        sdk.close();
    }

    private void ask(TraceFlags flags) {
        SpanContext caller = SpanContext.create(TRACE, "00f067aa0ba902b7", flags, TraceState.getDefault());
        try (Scope unused = Span.wrap(caller).makeCurrent()) {
            assertThat(fast.admit(admission(CLIENT, 1), DEADLINE_MILLIS)).isNotNull();
        }
        timers.pass(5);
    }

    @Test
    void shouldNameTheLease_whenItAnswers() {
        // When somebody asks until a lease answers
        for (int i = 0; i < 100; i++) {
            ask(TraceFlags.getSampled());
        }
        timers.pass(100);

        // Then
        List<SpanData> spans = exporter.getFinishedSpanItems();
        assertThat(spans).hasSize(100).allSatisfy(span -> {
            assertThat(span.getName()).isEqualTo("admit");
            assertThat(span.getTraceId()).isEqualTo(TRACE);
            assertThat(span.getAttributes().get(AttributeKey.stringKey("sluice.verdict")))
                    .isEqualTo("allow");
        });
        assertThat(spans)
                .anySatisfy(span -> assertThat(span.getAttributes().get(LEASE)).matches("0-\\d+"));
        assertThat(spans)
                .anySatisfy(span -> assertThat(span.getAttributes().get(AttributeKey.stringKey("sluice.decision.id")))
                        .isNotNull());
    }

    @Test
    void shouldMakeNoSpan_whenTheCallerIsNotSampled() {
        // When
        for (int i = 0; i < 100; i++) {
            ask(TraceFlags.getDefault());
        }

        // Then
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }
}
