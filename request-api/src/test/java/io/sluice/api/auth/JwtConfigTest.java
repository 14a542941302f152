package io.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where keys may come from: only from where nobody in between can change them. */
final class JwtConfigTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://issuer.example/jwks?p=policy",
                "HTTPS://issuer.example",
                "http://localhost:8080/jwks",
                "http://127.0.0.1/jwks",
                "http://[::1]:1/jwks",
                "file:///etc/sluice/jwks.json",
                "file:/etc/sluice/jwks.json"
            })
    void shouldBeTaken_whenItCanBeTrusted(String jwks) {
        // Given
        // When / Then
        assertThat(JwtConfig.of(URI.create(jwks), "i", "a").jwks()).hasToString(jwks);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://issuer.example/jwks",
                "http://127.0.0.1.example/jwks",
                "https:jwks",
                "https://user:topsecret@issuer.example/jwks",
                "ftp://issuer.example/jwks",
                "jwks.json",
                "file:jwks.json"
            })
    void shouldBeRefusedWithoutASecret_whenItCannot(String jwks) {
        // Given
        // When / Then
        assertThatThrownBy(() -> JwtConfig.of(URI.create(jwks), "i", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("JWKS URL ")
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void shouldBeRefused_whenIssuerOrAudienceIsBlank() {
        // Given
        URI jwks = URI.create("https://issuer.example/jwks");

        // When / Then
        assertThatThrownBy(() -> JwtConfig.of(jwks, " ", "a")).hasMessage("JWT issuer: blank (expected: some text)");
        assertThatThrownBy(() -> JwtConfig.of(jwks, "i", "")).hasMessage("JWT audience: blank (expected: some text)");
    }
}
