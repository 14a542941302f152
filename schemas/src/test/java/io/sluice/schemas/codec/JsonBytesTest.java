package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.SampleRecords;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.ReplyAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Our own writer against Jackson's. */
final class JsonBytesTest {
    private static final long SEED = 20_261_121L;
    private static final int DOCUMENTS = 5_000;

    @Test
    void shouldWriteWhatJacksonWrites_whenDocumentsAreRandom() throws IOException {
        for (int document = 0; document < DOCUMENTS; document++) {
            // Given
            long seed = SEED + document;

            // When
            byte[] ours = Json.written(json -> members(new SplittableRandom(seed), json, 0));

            // Then
            ByteArrayOutputStream theirs = new ByteArrayOutputStream();
            try (JsonGenerator json = Json.FACTORY.createGenerator(theirs)) {
                json.writeStartObject();
                members(new SplittableRandom(seed), json, 0);
                json.writeEndObject();
            }
            assertThat(new String(ours, StandardCharsets.UTF_8))
                    .as("seed %d", seed)
                    .isEqualTo(theirs.toString(StandardCharsets.UTF_8));
        }
    }

    private static void members(SplittableRandom random, JsonGenerator json, int depth) throws IOException {
        for (int i = random.nextInt(6); i > 0; i--) {
            json.writeFieldName(text(random));
            value(random, json, depth);
        }
    }

    private static void value(SplittableRandom random, JsonGenerator json, int depth) throws IOException {
        switch (random.nextInt(depth < 4 ? 9 : 7)) {
            case 0 -> json.writeNumber(random.nextLong());
            case 1 -> json.writeNumber(random.nextInt(-10, 1_000));
            case 2 -> json.writeNumber(random.nextLong() >>> random.nextInt(64));
            case 3 -> json.writeBoolean(random.nextBoolean());
            case 4 -> json.writeNull();
            case 5 -> json.writeRawValue("{\"raw\":\"é\"}");
            case 6 -> json.writeString(text(random));
            case 7 -> {
                json.writeStartObject();
                members(random, json, depth + 1);
                json.writeEndObject();
            }
            default -> {
                json.writeStartArray();
                for (int i = random.nextInt(4); i > 0; i--) {
                    value(random, json, depth + 1);
                }
                json.writeEndArray();
            }
        }
    }

    /** Mostly plain; sometimes escapes, control characters, two, three and four bytes of UTF-8, or very long. */
    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(200) == 0 ? random.nextInt(70_000) : random.nextInt(40);
        int oddity = random.nextInt(4) == 0 ? 4 : 60;
        while (text.length() < length) {
            switch (random.nextInt(oddity)) {
                case 0 -> text.append((char) random.nextInt(32));
                case 1 -> text.append(random.nextBoolean() ? '"' : '\\');
                case 2 -> text.append((char) random.nextInt(127, 0x10000));
                case 3 -> text.appendCodePoint(random.nextInt(0x10000, 0x110000));
                default -> text.append((char) random.nextInt(32, 127));
            }
        }
        return text.toString();
    }

    @Test
    void shouldWriteBothRecords_whenARecordIsWrittenWithinAnother() {
        // When
        byte[] outer = Json.written(json -> {
            json.writeStringField("before", "a");
            byte[] inner = Json.written(nested -> nested.writeStringField("in", "b"));
            json.writeStringField("inner", new String(inner, StandardCharsets.UTF_8));
        });

        // Then
        assertThat(new String(outer, StandardCharsets.UTF_8))
                .isEqualTo("{\"before\":\"a\",\"inner\":\"{\\\"in\\\":\\\"b\\\"}\"}");
    }

    @Test
    void shouldEqualTheSingleCodecs_whenBothRecordsAreEncodedTogether() {
        // Given
        int pairs = 0;
        for (DecisionRecord record : SampleRecords.decisions().values()) {
            if (!(record instanceof Decision sample)) {
                continue;
            }
            ReplyAddress address = new ReplyAddress(1, "c0ffee-é\"");

            // When
            ReplyAndDecision pair = ReplyAndDecision.of(sample, address);

            // Then
            Verdict verdict = Verdict.details(
                    address.correlationId(),
                    sample.decisionId(),
                    sample.request().requestId(),
                    sample.details());
            assertThat(pair.decision())
                    .asString()
                    .isEqualTo(new String(DecisionCodec.encode(sample), StandardCharsets.UTF_8));
            assertThat(pair.verdict())
                    .asString()
                    .isEqualTo(new String(
                            ReplyCodec.encode(
                                    verdict, sample.request().clientId().text()),
                            StandardCharsets.UTF_8));
            pairs++;
        }
        assertThat(pairs).isPositive();
    }

    @Test
    void shouldEncodeOnlyTheDecision_whenNobodyWaits() {
        // Given
        Decision sample = (Decision) SampleRecords.decisions().get("decision-allow");

        // When
        ReplyAndDecision pair = ReplyAndDecision.of(sample, null);

        // Then
        assertThat(pair.verdict()).isNull();
        assertThat(pair.decision()).isEqualTo(DecisionCodec.encode(sample));
    }
}
