package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are too large, and requests whose answers would be. */
final class OversizedTopologyTest {
    private static final int ATTRIBUTES = 31;
    private static final int LIMITS = 64;

    @TempDir
    private Path stateDir;

    private TopologyFixture topology;

    @BeforeEach
    void start() {
        topology = new TopologyFixture(stateDir);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    @Test
    void shouldKeepTheBeginningAndTheSize_whenARefusedRecordIsLarge() throws Exception {
        // Given
        topology.activate(1, TopologyFixture.threePerClient());
        byte[] key = "k".repeat(5_000).getBytes(StandardCharsets.UTF_8);

        // When
        topology.send(key, new byte[3 * 1_048_576]);
        Verdict verdict = topology.ask(AdmissionRequest.of("acme/alice"));

        // Then
        TestRecord<byte[], byte[]> deadLetter = topology.deadLetters().get(0);
        assertThat(deadLetter.key()).hasSize(TopicCatalogue.DEAD_LETTER_KEY_BYTES_MAX);
        assertThat(deadLetter.value()).hasSize(TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX);
        assertThat(header(deadLetter, "sluice.key-bytes")).isEqualTo("5000");
        assertThat(header(deadLetter, "sluice.value-bytes")).isEqualTo("3145728");
        assertThat(header(deadLetter, "sluice.detail")).isEqualTo("3145728 bytes (expected: at most 1048576)");
        assertThat(verdict.details().allowed()).isTrue();
    }

    @Test
    void shouldShortenWhatIsQuoted_whenARefusedRecordBringsLongNames() throws Exception {
        // Given
        String name = "x".repeat(40_000);
        String record = "{\"v\":1,\"clientId\":\"acme\",\"reply\":{\"partition\":1,\"correlationId\":\"c\"},"
                + "\"attributes\":{\"" + name + "\":\"1\"}}";

        // When
        topology.send("acme".getBytes(StandardCharsets.UTF_8), record.getBytes(StandardCharsets.UTF_8));

        // Then
        TestRecord<byte[], byte[]> deadLetter = topology.deadLetters().get(0);
        assertThat(deadLetter.value()).asString(StandardCharsets.UTF_8).isEqualTo(record);
        assertThat(deadLetter.headers().lastHeader("sluice.value-bytes")).isNull();
        assertThat(header(deadLetter, "sluice.field").length()).isLessThanOrEqualTo(259);
        assertThat(header(deadLetter, "sluice.detail").length()).isLessThanOrEqualTo(1_027);
        WireError error = ((Verdict) topology.onlyReply()).error();
        assertThat(error.field().length() + error.detail().length()).isLessThanOrEqualTo(259 + 1_027);
    }

    @Test
    void shouldRefuseAndChargeNothing_whenTheDecisionWouldNotFit() throws Exception {
        // Given: 64 limits by 31 attributes each, whose values a caller chooses
        topology.activate(1, byManyAttributes());

        // When
        Verdict refused = topology.ask(withAttributes("€".repeat(250)));
        Verdict small = topology.ask(withAttributes("a"));

        // Then
        assertThat(refused.error().code()).isEqualTo(WireError.ANSWER_TOO_LARGE);
        assertThat(refused.error().detail()).contains("bytes for sluice.decisions.v1 (expected: at most 1032192;");
        assertThat(topology.deadLetters())
                .extracting(deadLetter -> header(deadLetter, "sluice.reason"))
                .containsExactly("answer-too-large");
        assertThat(small.details().allowed()).isTrue();
        assertThat(topology.decisions())
                .hasSize(1)
                .allSatisfy(decision -> assertThat(decision.charged()).isEqualTo(1));
    }

    private static AdmissionRequest.Builder withAttributes(String value) {
        AdmissionRequest.Builder admission = AdmissionRequest.of("acme/alice");
        IntStream.range(0, ATTRIBUTES).forEach(i -> admission.attribute("a" + i, value));
        return admission;
    }

    private static String byManyAttributes() {
        String scope = IntStream.range(0, ATTRIBUTES)
                .mapToObj(i -> "\"attribute:a" + i + "\"")
                .collect(Collectors.joining(",", "[\"account\",", "]"));
        return IntStream.range(0, LIMITS)
                .mapToObj(i -> "{\"id\":\"limit-" + i + "\",\"scope\":" + scope
                        + ",\"rate\":{\"tokens\":1,\"per\":\"10s\"},\"burst\":3}")
                .collect(Collectors.joining(",", "{\"limits\":[", "]}"));
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
