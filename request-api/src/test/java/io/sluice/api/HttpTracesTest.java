package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The spans of requests over HTTP. */
final class HttpTracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + SPAN + "-01";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    // Of its own accord it samples nothing: whatever is sampled, a caller wanted to be.
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .setSampler(Sampler.parentBased(Sampler.alwaysOff()))
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    private final HttpClient http = HttpClient.newHttpClient();
    private RequestApi api;

    @BeforeEach
    void start() throws Exception {
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                DataPlane.open(new ScriptedAdmissions()),
                /* adminPlane= */ null,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                sdk);
    }

    @AfterEach
    void stop() {
        api.close();
        sdk.close();
    }

    private int ask(String account, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.dataPort() + "/v1/admissions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"clientId\":\"" + account + "\"}"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private SpanData onlySpan() {
        // A span ends when its answer has been written, which the caller may read before.
        List<SpanData> spans = Awaitility.await("the span")
                .atMost(Duration.ofSeconds(20))
                .until(exporter::getFinishedSpanItems, finished -> !finished.isEmpty());
        assertThat(spans).hasSize(1);
        return spans.get(0);
    }

    @Test
    void shouldContinueTheTraceOfTheCaller_whenItIsSampled() throws Exception {
        // When
        assertThat(ask("acme", "traceparent", SAMPLED, "tracestate", "vendor=1"))
                .isEqualTo(200);

        // Then
        SpanData span = onlySpan();
        assertThat(span.getName()).isEqualTo("POST /v1/admissions");
        assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(SPAN);
        assertThat(span.getSpanContext().getTraceState().get("vendor")).isEqualTo("1");
        assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                .isEqualTo(200);
        assertThat(span.getAttributes().get(AttributeKey.stringKey("http.route")))
                .isEqualTo("/v1/admissions");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void shouldEndWithAnError_whenThereIsNoVerdict() throws Exception {
        // When
        assertThat(ask("late", "traceparent", SAMPLED)).isEqualTo(503);

        // Then
        SpanData span = onlySpan();
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo("503");
    }

    /** Callers of a gateway invent methods and paths; the names of spans stay few. */
    @ParameterizedTest
    @CsvSource({"DELETE,DELETE", "NONSENSE,_OTHER"})
    void shouldNameTheRouteOnly_whenAGatewayAsks(String method, String name) throws Exception {
        // When
        HttpResponse<Void> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.dataPort() + "/v1/forward-auth/orders/7"))
                        .header("traceparent", SAMPLED)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(onlySpan().getName()).isEqualTo(name + " /v1/forward-auth/**");
    }

    @Test
    void shouldAnswerWithoutASpan_whenTheFieldIsNoTraceParent() throws Exception {
        // Given
        for (String value : List.of(
                "",
                "00-" + TRACE + "-" + SPAN + "-00",
                "x".repeat(4_000),
                SAMPLED + "-",
                "00-\u00e4\u00f6\u00fc",
                "ff" + SAMPLED.substring(2))) {
            // When / Then
            assertThat(ask("acme", "traceparent", value, "tracestate", "=,=;" + "a".repeat(1_000)))
                    .as(value)
                    .isEqualTo(200);
        }
        // One of two could be anybody's.
        assertThat(ask("acme", "traceparent", SAMPLED, "traceparent", SAMPLED)).isEqualTo(200);
        assertThat(ask("acme")).isEqualTo(200);
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }
}
