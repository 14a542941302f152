package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.OtlpCollector.Received;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One trace from the caller to the decision and back, through a real cluster to a collector. */
final class TracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String HOT_TRACE = "5bf92f3577b34da6a3ce929d0e0e4737";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final Duration WITHIN = Duration.ofMinutes(3);

    private final HttpClient http = HttpClient.newHttpClient();

    private String ask(String httpUrl, String clientId, String trace) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(httpUrl + "/v1/admissions"))
                        .header("content-type", "application/json")
                        .header("traceparent", "00-" + trace + "-" + SPAN + "-01")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"clientId\":\"" + clientId + "\",\"deadlineMillis\":60000}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isIn(200, 429);
        return response.body();
    }

    private static Received named(List<Received> spans, String name) {
        List<Received> found = spans.stream()
                .filter(span -> span.span().getName().equals(name))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    private static List<ConsumerRecord<byte[], byte[]>> traced(DevProcess dev, String... topics) {
        return Stream.of(topics)
                .flatMap(topic ->
                        TopicReader.readAll(dev.bootstrapServers(), topic, IsolationLevel.READ_UNCOMMITTED).stream())
                .filter(record -> record.headers().lastHeader("traceparent") != null)
                .toList();
    }

    @Test
    void shouldExportOneTraceFromCallerToDecision_whenTracesAreOn(@TempDir Path directory) throws Exception {
        // Given
        try (OtlpCollector collector = OtlpCollector.start();
                DevProcess dev = DevProcess.ready(
                        Map.of(
                                "OTEL_TRACES_EXPORTER", "otlp",
                                "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                                "OTEL_TRACES_SAMPLER", "parentbased_always_off",
                                "OTEL_BSP_SCHEDULE_DELAY", "100"),
                        directory)) {
            // When
            String answer = ask(dev.httpUrl(), "acme/alice", TRACE);

            // Then
            List<Received> spans = Awaitility.await("five spans")
                    .atMost(WITHIN)
                    .until(() -> collector.ofTrace(TRACE), found -> found.size() >= 5);
            Received request = named(spans, "POST /v1/admissions");
            Received admission = named(spans, "admit");
            Received sending = named(spans, "send sluice.requests.v1");
            Received processing = named(spans, "process sluice.requests.v1");
            Received receiving = named(spans, "receive sluice.replies.v1");
            assertThat(request.parentId()).isEqualTo(SPAN);
            assertThat(admission.parentId()).isEqualTo(request.id());
            assertThat(sending.parentId()).isEqualTo(admission.id());
            assertThat(processing.parentId()).isEqualTo(sending.id());
            assertThat(receiving.parentId()).isEqualTo(processing.id());
            assertThat(processing.text("sluice.verdict")).isEqualTo("allow");
            assertThat(answer).contains("\"decisionId\":\"" + processing.text("sluice.decision.id") + "\"");
            assertThat(admission.text("sluice.decision.id")).isEqualTo(processing.text("sluice.decision.id"));
            assertThat(request.service()).isEqualTo("sluice-dev");

            // And the records of the request, the reply and the decision name their spans
            List<ConsumerRecord<byte[], byte[]>> records =
                    traced(dev, TopicCatalogue.REQUESTS, TopicCatalogue.REPLIES, TopicCatalogue.DECISIONS);
            assertThat(records)
                    .hasSize(3)
                    .allSatisfy(record -> assertThat(new String(
                                    record.headers().lastHeader("traceparent").value(), StandardCharsets.US_ASCII))
                            .contains(TRACE));

            // When a client is so busy that a lease answers
            Awaitility.await("an answer out of a lease")
                    .atMost(WITHIN)
                    .until(() -> ask(dev.httpUrl(), "acme/busy", HOT_TRACE).contains("\"leaseId\""));

            // Then that has its spans, too
            Awaitility.await("the span of the lease")
                    .atMost(WITHIN)
                    .until(() -> collector.ofTrace(HOT_TRACE).stream()
                            .anyMatch(span -> !span.text("sluice.lease.id").isEmpty()));
            assertThat(new HttpCaller().get(dev.adminUrl() + "/metrics").body())
                    .contains("sluice_traces_spans_total{outcome=\"exported\"}");
            assertThat(dev.stop()).isTrue();
        }
    }

    @Test
    void shouldWriteNoHeader_whenTracesAreOff(@TempDir Path directory) throws Exception {
        // Given nothing but the variables that matter once an exporter is named
        try (DevProcess dev = DevProcess.ready(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", "OTEL_TRACES_SAMPLER", "always_on"),
                directory)) {
            // When
            ask(dev.httpUrl(), "acme/alice", TRACE);

            // Then
            assertThat(traced(dev, TopicCatalogue.REQUESTS, TopicCatalogue.REPLIES, TopicCatalogue.DECISIONS))
                    .isEmpty();
            assertThat(new HttpCaller().get(dev.adminUrl() + "/metrics").body()).doesNotContain("sluice_traces");
        }
    }
}
