package io.sluice.schemas.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.request.ControlRecord;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as OpenSSL makes them, and what their signatures prove. */
final class SigningKeyTest {
    private static final String DER = "MC4CAQAwBQYDK2VwBCIEIKy4LfAO27+n/1krTrxc8TiCY+CLYKYgwIcKEVSc80Bi";
    private static final String PUBLIC =
            pem("PUBLIC KEY", "MCowBQYDK2VwAyEA0ii6hd5KEHslgK+FlgpDtNOF9OYJaaTqhiIZuFGAwE4=");
    private static final String OTHER_PUBLIC =
            pem("PUBLIC KEY", "MCowBQYDK2VwAyEACIiQJNGdeNOOqUc7o1Hx6PI5Ypre20epQozoD0FQlAk=");
    private static final String PAYLOAD = "{\"kind\":\"ruleset\"}";
    /** Made by {@code openssl pkeyutl -sign -rawin} over the documented message. */
    private static final String BY_OPENSSL =
            "ed25519:td6_axJmSZnomw7ZQi2GmmWr8PoezY1M8lM3D-4lq_1LNG8_ejCMBI6MrQCXM_1MN0vivmZHIFzKdTaAtNjHDA";

    private final SigningKey key = SigningKey.ofPem(pem("PRIVATE KEY", DER));
    private final VerifyingKeys keys = VerifyingKeys.ofPem(PUBLIC);

    private static String pem(String label, String base64) {
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    @Test
    void shouldSignAsOpenSslDoes_whenTheMessageIsTheDocumentedOne() {
        // Given
        // When
        ControlRecord signed = key.sign(SignedKind.RULES, PAYLOAD);

        // Then
        assertThat(signed).isEqualTo(new ControlRecord(PAYLOAD, BY_OPENSSL));
        assertThat(keys.verify(SignedKind.RULES, signed)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(SignedKind.class)
    void shouldProveNothing_whenTakenForAnotherKind(SignedKind kind) {
        // Given
        ControlRecord signed = key.sign(kind, PAYLOAD);

        // When / Then
        for (SignedKind other : SignedKind.values()) {
            assertThat(keys.verify(other, signed)).as(other.name()).isEqualTo(other == kind);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ed25519:", "ed25519:AAAA", "hmac-sha256:00", "\u0000", "ed25519:not base 64!"})
    void shouldProveNothing_whenTheSignatureIsNone(String signature) {
        // Given
        // When / Then
        assertThat(keys.verify(SignedKind.RULES, new ControlRecord(PAYLOAD, signature)))
                .isFalse();
    }

    @Test
    void shouldProveNothing_whenAnythingDiffers() {
        // Given
        VerifyingKeys others = VerifyingKeys.ofPem(OTHER_PUBLIC);
        byte[] bytes = PAYLOAD.getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThat(others.verify(SignedKind.RULES, bytes, BY_OPENSSL)).isFalse();
        assertThat(keys.verify(SignedKind.RULES, new ControlRecord(PAYLOAD + " ", BY_OPENSSL)))
                .isFalse();
        for (int i = "ed25519:".length(); i < BY_OPENSSL.length() - 1; i++) {
            char changed = BY_OPENSSL.charAt(i) == 'A' ? 'B' : 'A';
            String signature = BY_OPENSSL.substring(0, i) + changed + BY_OPENSSL.substring(i + 1);
            assertThat(keys.verify(SignedKind.RULES, bytes, signature))
                    .as("character " + i)
                    .isFalse();
        }
        String allOnes = "ed25519:" + "_".repeat(85) + "w";
        assertThat(keys.verify(SignedKind.RULES, bytes, allOnes)).isFalse();
        assertThat(keys.verify(SignedKind.RULES, bytes, "ed25519:" + "A".repeat(86)))
                .isFalse();
    }

    @Test
    void shouldBelieveBoth_whenKeysAreBeingExchanged() {
        // Given
        VerifyingKeys both = VerifyingKeys.ofPem("# old\n" + OTHER_PUBLIC + "\r\n# new\r\n" + PUBLIC);

        // When / Then
        assertThat(both.count()).isEqualTo(2);
        assertThat(both.verify(SignedKind.RULES, new ControlRecord(PAYLOAD, BY_OPENSSL)))
                .isTrue();
        assertThat(both.include(key)).isTrue();
        assertThat(VerifyingKeys.ofPem(OTHER_PUBLIC).include(key)).isFalse();
    }

    @Test
    void shouldSayWhatWasExpectedAndNoSecret_whenTheFileIsSomethingElse() {
        // Given
        String ed448 = "MEcCAQAwBQYDK2VxBDsEOViz16L0CnEkdqEdKLZadWHuTesHUBGFnXF/t10B97Di"
                + "LSQ5QN01h4cKRARrmF/En5Z4j3YTxTvO4A==";
        String[] wrong = {
            "",
            DER,
            PUBLIC,
            pem("PRIVATE KEY", "not base 64!"),
            pem("PRIVATE KEY", ed448),
            pem("PRIVATE KEY", DER.substring(0, 32)),
            pem("ENCRYPTED PRIVATE KEY", DER),
            pem("PRIVATE KEY", DER) + pem("PRIVATE KEY", DER),
            "-----BEGIN PRIVATE KEY-----\n" + DER
        };

        // When / Then
        for (String pem : wrong) {
            assertThatThrownBy(() -> SigningKey.ofPem(pem))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasNoCause()
                    .message()
                    .startsWith("private key: ")
                    .doesNotContain(DER.substring(20, 40));
        }
        assertThat(key.toString()).isEqualTo("SigningKey[hidden]");
    }

    @Test
    void shouldRefuse_whenPublicKeysAreNoneOrTooManyOrOfTheWrongHalf() {
        // Given
        String[] wrong = {
            "", pem("PRIVATE KEY", DER), PUBLIC.repeat(VerifyingKeys.KEYS_MAX + 1), pem("PUBLIC KEY", "AAAA")
        };

        // When / Then
        for (String pem : wrong) {
            assertThatThrownBy(() -> VerifyingKeys.ofPem(pem))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: 1..8 PUBLIC KEYs in PEM");
        }
    }

    @Test
    void shouldKeepTheTwoPairsApart_whenTrusting() {
        // Given
        VerifyingKeys commands = VerifyingKeys.ofPem(OTHER_PUBLIC);
        TrustedKeys trusted = new TrustedKeys(keys, commands);

        // When / Then
        assertThat(trusted.verify(SignedKind.RULES, key.sign(SignedKind.RULES, PAYLOAD)))
                .isTrue();
        for (SignedKind kind : new SignedKind[] {SignedKind.RULES_COMMAND, SignedKind.ACCOUNT_COMMAND}) {
            assertThat(trusted.verify(kind, key.sign(kind, PAYLOAD)))
                    .as(kind.name())
                    .isFalse();
        }
        assertThatThrownBy(() -> new TrustedKeys(VerifyingKeys.ofPem(OTHER_PUBLIC + PUBLIC), commands))
                .hasMessageContaining("two key pairs");
    }
}
