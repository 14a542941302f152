package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DocumentMemberTest {
    private static final int LIMITS = 10_000;

    /** Ten thousand limits as operators write them: 1.6 million characters. */
    private static String manyLimits() {
        StringBuilder document = new StringBuilder("{\"limits\":[");
        for (int i = 0; i < LIMITS; i++) {
            document.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"partner-")
                    .append(i)
                    .append("\",\"scope\":\"account\",\"match\":{\"path\":\"/v1/partners/")
                    .append(i)
                    .append("/**\",\"methods\":[\"GET\",\"POST\"]},\"rate\":{\"tokens\":")
                    .append(100 + i % 977)
                    .append(",\"per\":\"1m\"},\"burst\":")
                    .append(200 + i % 50)
                    .append("}");
        }
        return document.append("]}").toString();
    }

    @Test
    void shouldFitIntoEveryRecord_whenADocumentHasTenThousandLimits() throws Exception {
        // Given
        String document = manyLimits();
        RulesetActivation activation = new RulesetActivation(3, document, "alice", "all partners");
        ControlCommand command =
                new ControlCommand("c1", "alice", "all partners", new ControlCommand.Propose(2, document), null);
        AuditEntry entry = new AuditEntry(1, 2, "alice", "all partners", new AuditEntry.Proposed(4, "c1", 2, document));

        // When
        String activated = ActivationCodec.encode(activation);
        String commanded = ControlCommandCodec.encode(command);
        byte[] audited = AuditCodec.encode(entry);

        // Then
        assertThat(activated).doesNotContain("\"document\"").hasSizeLessThan(TopicCatalogue.OUTPUT_BYTES_MAX / 2);
        assertThat(ActivationCodec.decode(activated)).isEqualTo(activation);
        assertThat(ControlCommandCodec.decode(commanded)).isEqualTo(command);
        assertThat(audited).hasSizeLessThan(TopicCatalogue.OUTPUT_BYTES_MAX / 2);
        assertThat(AuditCodec.decode(audited)).isEqualTo(entry);
    }

    @Test
    void shouldStayText_whenThatFits() {
        // Given the longest document that stays text, and one of one character more
        String longest = "x".repeat(DocumentMember.TEXT_BYTES_MAX);

        // When / Then
        assertThat(ActivationCodec.encode(new RulesetActivation(1, longest, "a", "r")))
                .contains("\"document\":\"xxx");
        assertThat(ActivationCodec.encode(new RulesetActivation(1, longest + "x", "a", "r")))
                .contains("\"documentGzip\":");
        // A quote is escaped in the payload, and once more in the record that carries it.
        String quotes = "\"".repeat(DocumentMember.TEXT_BYTES_MAX / 4);
        String payload = ActivationCodec.encode(new RulesetActivation(1, quotes, "a", "r"));
        byte[] record = RequestCodec.encode(new ControlRecord(payload, "ed25519:signature"));
        assertThat(record).hasSizeBetween(DocumentMember.TEXT_BYTES_MAX, TopicCatalogue.OUTPUT_BYTES_MAX);
    }

    @Test
    void shouldUnpackNoMore_whenAPackedDocumentIsHuge() {
        // Given 20 kB that would be 20 MB
        String bomb = Base64.getEncoder().encodeToString(PackedText.pack("x".repeat(20_000_000)));

        // When / Then
        assertThatThrownBy(() -> ActivationCodec.decode(activation("documentGzip", bomb)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("more than 4000000 characters (expected: at most 4000000)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not base64!    | not base64 (expected: gzip in base64)",
                "bm90IGd6aXA=   | cannot be unpacked (expected: gzip of a text in UTF-8)",
                "H4sIAAAAAAACAw== | cannot be unpacked (expected: gzip of a text in UTF-8)"
            })
    void shouldSayWhatIsExpected_whenItCannotBeUnpacked(String packed, String message) {
        assertThatThrownBy(() -> ActivationCodec.decode(activation("documentGzip", packed)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldBeRefused_whenBothAreGiven() {
        // Given
        String packed = Base64.getEncoder().encodeToString(PackedText.pack("{}"));

        // When / Then
        assertThatThrownBy(() -> ActivationCodec.decode(
                        activation("documentGzip", packed).replace("}", ",\"document\":\"{}\"}")))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("given beside document (expected: one of them)");
    }

    private static String activation(String member, String value) {
        return "{\"v\":1,\"kind\":\"ruleset\",\"revision\":1,\"author\":\"a\",\"reason\":\"r\",\"" + member + "\":\""
                + value + "\"}";
    }
}
