package io.sluice.schemas.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.request.ControlRecord;
import org.junit.jupiter.api.Test;

final class ControlKeyTest {
    private static final String DIGITS = "0f".repeat(32);

    @Test
    void shouldVerifyWhatItSigned_andNothingElse() {
        // Given
        ControlKey key = ControlKey.ofHex(DIGITS + "\n");
        ControlKey other = ControlKey.ofHex("0e".repeat(32));

        // When
        ControlRecord signed = key.sign("payload");

        // Then
        assertThat(signed.signature()).startsWith("hmac-sha256:").hasSize("hmac-sha256:".length() + 64);
        assertThat(key.verifies(signed)).isTrue();
        assertThat(other.verifies(signed)).isFalse();
        assertThat(key.verifies(new ControlRecord("payload!", signed.signature())))
                .isFalse();
        assertThat(key.verifies(new ControlRecord("payload", ""))).isFalse();
    }

    @Test
    void shouldNeverShowTheSecret_whenPrintedOrRefused() {
        // Given
        String tooShort = "0f".repeat(31);

        // When / Then
        assertThat(ControlKey.ofHex(DIGITS).toString()).doesNotContain("0f");
        assertThatThrownBy(() -> ControlKey.ofHex(tooShort))
                .hasMessage("control key: not usable (expected: at least 64 hexadecimal digits)")
                .hasNoCause();
        assertThatThrownBy(() -> ControlKey.ofHex("xyz")).hasNoCause();
    }
}
