package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.DecisionId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Challenge tokens: their bytes, what proves them, and what is none. */
final class ChallengeCodecTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/v1/challenge.json");
    private static final SigningKey KEY =
            SigningKey.ofPem(pem("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIKy4LfAO27+n/1krTrxc8TiCY+CLYKYgwIcKEVSc80Bi"));
    private static final VerifyingKeys KEYS =
            VerifyingKeys.ofPem(pem("PUBLIC KEY", "MCowBQYDK2VwAyEA0ii6hd5KEHslgK+FlgpDtNOF9OYJaaTqhiIZuFGAwE4="));

    private static String pem(String label, String base64) {
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private static Challenge challenge() throws WireException {
        return new Challenge(
                ClientId.parse("clientId", "acm\u00e9/alice"), "stuffing", new DecisionId(3, 30), 1_700_000_600_000L);
    }

    @Test
    void shouldEqualItsGoldenAndComeBack_whenSigned() throws Exception {
        // When
        String token = ChallengeCodec.token(challenge(), KEY);
        ControlRecord signed = ChallengeCodec.signed(token);

        // Then
        assertThat(signed.payload()).isEqualTo(Files.readString(GOLDEN));
        assertThat(KEYS.verify(SignedKind.CHALLENGE, signed)).isTrue();
        assertThat(KEYS.verify(SignedKind.ACCOUNT_COMMAND, signed)).isFalse();
        assertThat(ChallengeCodec.decode(token)).isEqualTo(challenge());
        assertThat(token).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
        assertThat(ChallengeCodec.token(challenge(), KEY)).isEqualTo(token);
    }

    @Test
    void shouldFit_whenTheClientIdIsAsLongAsItCanBe() throws Exception {
        // Given
        Challenge longest = new Challenge(
                ClientId.parse("clientId", "a/" + "\"".repeat(254)),
                "p".repeat(64),
                new DecisionId(Integer.MAX_VALUE, Long.MAX_VALUE / 10),
                Long.MAX_VALUE);

        // When
        String token = ChallengeCodec.token(longest, KEY);

        // Then
        assertThat(token).hasSizeLessThan(Challenge.TOKEN_CHARS_MAX);
        assertThat(ChallengeCodec.decode(token)).isEqualTo(longest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a", "a.b", "not base64!.x", "gICA.x", "e30.x"})
    void shouldRefuse_whenTheTextIsNoToken(String text) {
        assertThatThrownBy(() -> ChallengeCodec.decode(text))
                .isInstanceOf(WireException.class)
                .hasMessageStartingWith("token: ")
                .hasMessageEndingWith("(expected: a challenge token, as a verdict has it in penalty.challenge)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'v':2,'kind':'challenge','clientId':'a','penalty':'p','begunBy':'0-1','untilMillis':1}",
                "{'v':1,'kind':'clock-mark','clientId':'a','penalty':'p','begunBy':'0-1','untilMillis':1}",
                "{'v':1,'kind':'challenge','clientId':'','penalty':'p','begunBy':'0-1','untilMillis':1}",
                "{'v':1,'kind':'challenge','clientId':'a','penalty':'p','begunBy':'0','untilMillis':1}",
                "{'v':1,'kind':'challenge','clientId':'a','penalty':'p','begunBy':'0-1','untilMillis':-1}",
                "{'v':1,'kind':'challenge','clientId':'a','begunBy':'0-1','untilMillis':1}"
            })
    void shouldRefuse_whenThePayloadIsAnother(String payload) {
        String token = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                + ".x";

        assertThatThrownBy(() -> ChallengeCodec.decode(token)).isInstanceOf(WireException.class);
    }
}
