package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.topics.tracing.TraceHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans of records, and that they change nothing. */
final class TraceTopologyTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final byte[] ACCOUNT = "acme".getBytes(StandardCharsets.UTF_8);

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();

    @TempDir
    Path directory;

    private TopologyFixture traced;
    private TopologyFixture untraced;

    @BeforeEach
    void start() {
        traced = new TopologyFixture(directory.resolve("traced"), sdk);
        untraced = new TopologyFixture(directory.resolve("untraced"), OpenTelemetry.noop());
        for (TopologyFixture topology : List.of(traced, untraced)) {
            topology.activate(1, TopologyFixture.threePerClient());
            assertThat(topology.deadLetters()).isEmpty();
        }
    }

    @AfterEach
    void stop() {
        traced.close();
        untraced.close();
        sdk.close();
    }

    private static Headers headers(String flags) {
        return new RecordHeaders()
                .add("traceparent", ("00-" + TRACE + "-" + SPAN + "-" + flags).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] request(String correlationId, long cost) throws WireException {
        return RequestCodec.encode(
                AdmissionRequest.of("acme/alice").cost(cost).build().repliedTo(new ReplyAddress(1, correlationId)));
    }

    private static List<TestRecord<byte[], byte[]>> withoutRevocations(List<TestRecord<byte[], byte[]>> outputs) {
        return outputs.stream()
                .filter(output -> output.key() == null || !new String(output.key(), StandardCharsets.UTF_8).equals("*"))
                .toList();
    }

    @Test
    void shouldDescribeTheDecisionInTheTraceOfItsSender_whenThatIsSampled() throws Exception {
        // Given
        traced.outputs(ACCOUNT, request("c-0", 3), new RecordHeaders());

        // When
        List<TestRecord<byte[], byte[]>> outputs =
                withoutRevocations(traced.outputs(ACCOUNT, request("c-1", 1), headers("01")));

        // Then
        assertThat(exporter.getFinishedSpanItems()).hasSize(1);
        SpanData span = exporter.getFinishedSpanItems().get(0);
        assertThat(span.getName()).isEqualTo("process sluice.requests.v1");
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(SPAN);
        assertThat(text(span, "messaging.system")).isEqualTo("kafka");
        assertThat(text(span, "messaging.destination.partition.id")).isEqualTo("0");
        assertThat(span.getAttributes().get(AttributeKey.longKey("messaging.kafka.offset")))
                .isEqualTo(2);
        assertThat(text(span, "sluice.decision.id")).isEqualTo("0-2");
        assertThat(text(span, "sluice.verdict")).isEqualTo("deny");
        assertThat(text(span, "sluice.limit.id")).isEqualTo("per-client");
        assertThat(outputs).hasSize(2).allSatisfy(output -> {
            SpanContext named = TraceHeaders.read(output.headers());
            assertThat(named.getTraceId()).isEqualTo(TRACE);
            assertThat(named.getSpanId()).isEqualTo(span.getSpanId());
        });
    }

    private static String text(SpanData span, String attribute) {
        return span.getAttributes().get(AttributeKey.stringKey(attribute));
    }

    @Test
    void shouldSayWhy_whenATracedRecordIsRefused() {
        // When
        traced.outputs(ACCOUNT, "no request".getBytes(StandardCharsets.UTF_8), headers("01"));

        // Then
        assertThat(traced.deadLetters()).hasSize(1);
        assertThat(exporter.getFinishedSpanItems())
                .singleElement()
                .satisfies(span -> assertThat(text(span, "error.type")).isEqualTo("malformed"));
    }

    @Test
    void shouldLeaveNoSpanAndNoHeader_whenNotSampledOrOff() throws Exception {
        // When
        List<TestRecord<byte[], byte[]>> outputs = new ArrayList<>();
        outputs.addAll(traced.outputs(ACCOUNT, request("c-1", 1), headers("00")));
        outputs.addAll(traced.outputs(ACCOUNT, request("c-2", 1), new RecordHeaders()));
        outputs.addAll(untraced.outputs(ACCOUNT, request("c-3", 1), headers("01")));

        // Then
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
        assertThat(outputs)
                .isNotEmpty()
                .allSatisfy(output -> assertThat(output.headers()).isEmpty());
    }

    @Test
    void shouldAnswerTheSame_whenHeadersAreHostile() throws Exception {
        // Given
        long seed = System.nanoTime();
        Random random = new Random(seed);

        for (int i = 0; i < 500; i++) {
            byte[] value = request("c-" + i, random.nextInt(2));
            Headers hostile = headers("01");
            for (String name : List.of("traceparent", "tracestate", "", "sluice.value-size")) {
                if (random.nextBoolean()) {
                    byte[] bytes = new byte[random.nextInt(200)];
                    random.nextBytes(bytes);
                    hostile.add(name, random.nextInt(10) == 0 ? null : bytes);
                }
            }

            // When
            List<TestRecord<byte[], byte[]>> withHeaders = traced.outputs(ACCOUNT, value, hostile);
            List<TestRecord<byte[], byte[]>> without = untraced.outputs(ACCOUNT, value, new RecordHeaders());
            for (TopologyFixture topology : List.of(traced, untraced)) {
                topology.advance(100);
            }

            // Then
            assertThat(withHeaders).as("seed %d", seed).hasSameSizeAs(without);
            for (int output = 0; output < without.size(); output++) {
                assertThat(Arrays.equals(
                                withHeaders.get(output).value(),
                                without.get(output).value()))
                        .as("seed %d, record %d", seed, i)
                        .isTrue();
            }
        }
        assertThat(traced.deadLetters()).isEmpty();
    }
}
