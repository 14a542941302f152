package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A record of a form that this version does not know is refused, not read as another. */
final class DecisionFormTest {
    private static String golden() throws Exception {
        try (InputStream file = DecisionFormTest.class.getResourceAsStream("/golden/v1/decision-allow.json")) {
            assertThat(file).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertRefused(String record, String message) {
        assertThatThrownBy(() -> DecisionCodec.read(record.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldBeRefused_whenVersionOrTypeAreUnknown() throws Exception {
        // Given
        String record = golden();
        assertThat(DecisionCodec.read(record.getBytes(StandardCharsets.UTF_8))).isNotNull();
        assertThat(record).contains("\"v\":1,");

        // When / Then
        assertRefused(record.replace("\"v\":1,", "\"v\":2,"), "v: 2 (expected: 1)");
        assertRefused("{\"v\":2,\"verdict\":\"maybe\"}", "v: 2 (expected: 1)");
        assertRefused(record.replace("\"v\":1,", ""), "v: missing (expected: 1)");
        assertRefused(record.replace("\"v\":1,", "\"v\":1,\"type\":\"penalty\","), "type: of no record of this topic");
    }
}
