package io.sluice.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8Test {
    private static final long SEED = 20_260_729L;

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "abcdefgh", "abcdefghi", "é", "abcdefgé", "\u0000", "߿ࠀ퟿\ue000\uffff", "𐀀\udbff\udfff"
            })
    void shouldDecode_whenWellFormed(String text) throws WireException {
        assertThat(Utf8.text("f", text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        // A slash and a NUL, overlong; in two, three and four bytes.
        "61636d65c0af78, 0xC0, 4",
        "c080, 0xC0, 0",
        "61e080af, 0xE0, 1",
        "f08080af, 0xF0, 0",
        "f08fbfbf, 0xF0, 0",
        "e09fbf, 0xE0, 0",
        "c1bf, 0xC1, 0",
        // Surrogates, one and in pairs.
        "eda080, 0xED, 0",
        "edbfbf, 0xED, 0",
        "6162eda081edb080, 0xED, 2",
        // Above U+10FFFF, and bytes that no character has.
        "f4908080, 0xF4, 0",
        "f5808080, 0xF5, 0",
        "ff, 0xFF, 0",
        "fe, 0xFE, 0",
        // Cut short, or with nothing before.
        "c3, 0xC3, 0",
        "61626364656667e282, 0xE2, 7",
        "f09f98, 0xF0, 0",
        "80, 0x80, 0",
        "6161616161616161bf, 0xBF, 8",
        "c328, 0xC3, 0",
        "e28228, 0xE2, 0",
    })
    void shouldNameTheByte_whenIllFormed(String hex, String shown, int index) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThatThrownBy(() -> Utf8.text("f", bytes))
                .isInstanceOf(WireException.class)
                .hasMessage("f: byte " + shown + " at index " + index + " (expected: UTF-8, see RFC 3629)");
    }

    @Test
    void shouldAgreeWithTheStrictDecoderOfTheJdk_whateverTheBytes() {
        // Given
        Random random = new Random(SEED);
        byte[][] pieces = {
            {'a'},
            {(byte) 0xC3},
            {(byte) 0xA9},
            {(byte) 0xE2},
            {(byte) 0x82},
            {(byte) 0xED},
            {(byte) 0xA0},
            {(byte) 0xF0},
            {(byte) 0x9F},
            {(byte) 0x98},
            {(byte) 0x80},
            {(byte) 0xF4},
            {(byte) 0x8F},
            {(byte) 0xC0},
            "abcdefgh".getBytes(StandardCharsets.UTF_8),
            "é".getBytes(StandardCharsets.UTF_8),
            "€".getBytes(StandardCharsets.UTF_8),
            "😀".getBytes(StandardCharsets.UTF_8)
        };

        for (int round = 0; round < 200_000; round++) {
            // When
            ByteBuffer buffer = ByteBuffer.allocate(64);
            int count = random.nextInt(7);
            for (int i = 0; i < count; i++) {
                buffer.put(pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = new byte[buffer.position()];
            buffer.get(0, bytes);

            // Then
            assertThat(Utf8.firstInvalid(bytes))
                    .as("seed %d, round %d: %s", SEED, round, HexFormat.of().formatHex(bytes))
                    .isEqualTo(firstInvalidByTheJdk(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udc00", "\udc00\ud800", "\ud800\ud800\udc00"})
    void shouldRefuseText_whenHalfOfAPairStandsAlone(String text) {
        assertThatThrownBy(() -> Utf8.check("f", text))
                .isInstanceOf(WireException.class)
                .hasMessageEndingWith("(expected: paired surrogates)");
    }

    private static int firstInvalidByTheJdk(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(in);
            return -1;
        } catch (CharacterCodingException e) {
            return in.position();
        }
    }
}
