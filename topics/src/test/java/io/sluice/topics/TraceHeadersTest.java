package io.sluice.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.sluice.topics.tracing.TraceHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class TraceHeadersTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + SPAN + "-01";

    private static Headers headers(String name, String value) {
        return new RecordHeaders().add(name, value.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void shouldReadWhatWasWritten_whenTheSpanHasAState() {
        // Given
        SpanContext context = SpanContext.create(
                TRACE,
                SPAN,
                TraceFlags.getSampled(),
                TraceState.builder().put("vendor", "1").build());
        Headers headers = headers(TraceHeaders.TRACEPARENT, "what stood there before");

        // When
        TraceHeaders.write(Span.wrap(context), headers);

        // Then
        assertThat(new String(headers.lastHeader("traceparent").value(), StandardCharsets.ISO_8859_1))
                .isEqualTo(TRACEPARENT);
        assertThat(headers.headers("traceparent")).hasSize(1);
        SpanContext read = TraceHeaders.read(headers);
        assertThat(read.getTraceId()).isEqualTo(TRACE);
        assertThat(read.getSpanId()).isEqualTo(SPAN);
        assertThat(read.isSampled()).isTrue();
        assertThat(read.getTraceState().get("vendor")).isEqualTo("1");
    }

    @Test
    void shouldNameNoTrace_whenTheHeaderIsNone() {
        // Given
        for (String value : List.of(
                "",
                "00",
                TRACEPARENT.substring(1),
                TRACEPARENT + "-extra",
                "ff" + TRACEPARENT.substring(2),
                "00-" + "0".repeat(32) + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + "0".repeat(16) + "-01",
                TRACEPARENT.toUpperCase(java.util.Locale.ROOT),
                TRACEPARENT.replace('-', '\0'),
                " ".repeat(TraceHeaders.VALUE_CHARS_MAX * 4),
                "00-" + TRACE + "-" + SPAN + "-\u00ff\u00ff")) {
            // When / Then
            assertThat(TraceHeaders.read(headers("traceparent", value)).isValid())
                    .as(value)
                    .isFalse();
        }
        assertThat(TraceHeaders.read(new RecordHeaders()).isValid()).isFalse();
        assertThat(TraceHeaders.read(new RecordHeaders().add("traceparent", null))
                        .isValid())
                .isFalse();
    }

    @Test
    void shouldReadSomethingOrNothing_whenTheBytesAreAny() {
        // Given
        long seed = System.nanoTime();
        Random random = new Random(seed);

        for (int i = 0; i < 20_000; i++) {
            byte[] parent = random.nextBoolean()
                    ? TRACEPARENT.getBytes(StandardCharsets.ISO_8859_1)
                    : new byte[random.nextInt(600)];
            byte[] state = new byte[random.nextInt(600)];
            if (parent.length != TRACEPARENT.length()) {
                random.nextBytes(parent);
            } else if (random.nextBoolean()) {
                parent[random.nextInt(parent.length)] = (byte) random.nextInt();
            }
            random.nextBytes(state);
            Headers headers = new RecordHeaders().add("traceparent", parent).add("tracestate", state);

            // When
            SpanContext read = TraceHeaders.read(headers);

            // Then it can be written again, whatever it is
            Headers written = new RecordHeaders();
            TraceHeaders.write(Span.wrap(read), written);
            assertThat(TraceHeaders.read(written).getTraceId())
                    .as("seed %d", seed)
                    .isEqualTo(read.getTraceId());
        }
    }

    @Test
    void shouldLeaveOutTheState_whenItIsLongerThanEverybodyForwards() {
        // Given
        Headers headers = headers("traceparent", TRACEPARENT)
                .add(
                        "tracestate",
                        ("a=" + "b".repeat(TraceHeaders.VALUE_CHARS_MAX)).getBytes(StandardCharsets.US_ASCII));

        // When
        SpanContext read = TraceHeaders.read(headers);

        // Then
        assertThat(read.getTraceId()).isEqualTo(TRACE);
        assertThat(read.getTraceState().isEmpty()).isTrue();
    }
}
