package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest.Malformed;
import io.sluice.schemas.codec.DecodedRequest.WellFormed;
import io.sluice.schemas.request.SettleRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every reader refuses bytes that only resemble UTF-8, wherever they stand, and reads no other encoding. */
final class StrictUtf8Test {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/v1");
    /** An overlong slash, a surrogate, a code point too high, a character cut short. */
    private static final List<String> ILL_FORMED = List.of("c0af", "eda080", "f4908080", "e282");

    @FunctionalInterface
    private interface Reader {
        Object read(byte[] bytes) throws WireException;
    }

    /** The readers of records, by how their golden files begin. */
    private static Map<String, Reader> readers() {
        Map<String, Reader> readers = new LinkedHashMap<>();
        readers.put("decision-", DecisionCodec::read);
        readers.put("reply-", ReplyCodec::decode);
        readers.put("audit-", AuditCodec::decode);
        readers.put("alert-", AlertCodec::decode);
        readers.put("profile", ProfileCodec::decode);
        readers.put("ruleset-activation", ActivationCodec::decode);
        return readers;
    }

    static Stream<Path> goldenFiles() throws IOException {
        return Files.list(GOLDEN).sorted(Comparator.naturalOrder());
    }

    @ParameterizedTest
    @MethodSource("goldenFiles")
    void shouldNameTheByte_whenAStringOfARecordIsNotUtf8(Path file) throws Exception {
        byte[] golden = Files.readAllBytes(file);
        int at = new String(golden, StandardCharsets.ISO_8859_1).indexOf(":\"") + 2;

        for (String illFormed : ILL_FORMED) {
            // Given
            byte[] bytes = inserted(golden, at, HexFormat.of().parseHex(illFormed));

            // When / Then
            assertThat(refusal(file.getFileName().toString(), bytes))
                    .as("%s with %s", file, illFormed)
                    .startsWith("byte 0x" + illFormed.substring(0, 2).toUpperCase() + " at index " + at + " ");
        }
    }

    private static String refusal(String name, byte[] bytes) {
        for (Map.Entry<String, Reader> reader : readers().entrySet()) {
            if (name.startsWith(reader.getKey())) {
                return refusal(() -> reader.getValue().read(bytes));
            }
        }
        if (name.startsWith("request-")) {
            return ((Malformed) RequestCodec.decode("acme".getBytes(StandardCharsets.UTF_8), bytes)).detail();
        }
        return refusal(() -> DocumentTree.ofJson(bytes));
    }

    private static String refusal(ThrowingCallable reading) {
        WireException refusal = catchThrowableOfType(WireException.class, reading);
        assertThat(refusal).isNotNull();
        return refusal.getMessage();
    }

    private static byte[] inserted(byte[] bytes, int at, byte[] piece) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + piece.length);
        System.arraycopy(bytes, at, all, at + piece.length, bytes.length - at);
        System.arraycopy(piece, 0, all, at, piece.length);
        return all;
    }

    @Test
    void shouldRefuseABody_whenItIsNotUtf8() {
        byte[] admission = iso("{\"clientId\":\"acme\u00C0\u00AFx\"}");
        byte[] batch = iso("{\"requests\":[{\"clientId\":\"acme\u00C0\u00AFx\"}]}");
        byte[] checks = iso("{\"checks\":[{\"clientId\":\"acme\u00C0\u00AFx\"},{\"clientId\":\"acme\"}]}");

        assertThatThrownBy(() -> BodyCodec.admission(admission)).hasMessageStartingWith("byte 0xC0 at index 17 ");
        assertThatThrownBy(() -> BodyCodec.reservation(admission)).hasMessageStartingWith("byte 0xC0 at index 17 ");
        assertThatThrownBy(() -> BodyCodec.settle(SettleRequest.Verb.CANCEL, "0-1", admission))
                .hasMessageStartingWith("byte 0xC0 at index 17 ");
        assertThatThrownBy(() -> BodyCodec.batch(batch)).hasMessageStartingWith("byte 0xC0 at index 30 ");
        assertThatThrownBy(() -> BodyCodec.atomic(checks)).hasMessageStartingWith("byte 0xC0 at index 28 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void shouldRefuse_whenInAnotherEncoding(String charset) throws Exception {
        byte[] bytes = "{\"v\":1,\"clientId\":\"acme\"}".getBytes(charset);

        assertThatThrownBy(() -> BodyCodec.admission(bytes)).hasMessageContaining("(expected: JSON in UTF-8)");
    }

    @Test
    void shouldRefuseARecordKey_whenItOnlyLooksLikeTheAccount() {
        // Given: what a lenient decoder puts in the place of what it cannot read
        byte[] value = "{\"v\":1,\"clientId\":\"acme\uFFFD\"}".getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThat(RequestCodec.decode("acme\uFFFD".getBytes(StandardCharsets.UTF_8), value))
                .isInstanceOf(WellFormed.class);
        assertThat(RequestCodec.decode(iso("acme\u00FF"), value))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.field()).isEqualTo("key"));
    }

    @Test
    void shouldRefuseAPayload_whenItCannotBeEncoded() {
        // Given: signed are the bytes of a payload, and half a pair has none
        byte[] control = "{\"v\":1,\"type\":\"control\",\"payload\":\"\\ud800\",\"signature\":\"00\"}"
                .getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThat(RequestCodec.decode(null, control))
                .isEqualTo(new Malformed("payload", "U+D800 at index 0 (expected: paired surrogates)", null));
        assertThatThrownBy(() -> DocumentTree.ofJson("{\"a\":{\"\\udc00\":1}}")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> DocumentTree.ofJson("{\"a\":[\"\\udc00\"]}"))
                .hasMessage("a[0]: U+DC00 at index 0 (expected: paired surrogates)");
    }

    private static byte[] iso(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
