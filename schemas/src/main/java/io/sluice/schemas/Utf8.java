package io.sluice.schemas;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A strict check of UTF-8 (RFC 3629). All bytes from outside pass it before they become text.
 *
 * <p>Lenient decoders read {@code C0 AF} as a slash, or replace what they cannot read, so that two parties see
 * different texts in the same bytes. It refuses overlong forms, surrogates, code points above U+10FFFF, and
 * incomplete sequences.
 */
public final class Utf8 {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    /** The highest bit of each of eight bytes: none is set in ASCII. */
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    private static final int CONTINUATION_MIN = 0x80;
    private static final int CONTINUATION_MAX = 0xBF;

    private Utf8() {}

    /**
     * Decodes the bytes of a field.
     *
     * @throws WireException naming the first byte that is not part of a character
     */
    public static String text(String field, byte[] bytes) throws WireException {
        check(field, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Checks the bytes of a field.
     *
     * @throws WireException naming the first byte that is not part of a character
     */
    public static void check(String field, byte[] bytes) throws WireException {
        int at = firstInvalid(bytes);
        if (at >= 0) {
            throw new WireException(
                    field,
                    String.format("byte 0x%02X at index %d (expected: UTF-8, see RFC 3629)", bytes[at] & 0xFF, at));
        }
    }

    /**
     * Checks that a text can be encoded: a JSON escape can smuggle in one half of a surrogate pair.
     *
     * @throws WireException naming the first half that stands alone
     */
    public static void check(String field, String text) throws WireException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean isPaired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!isPaired) {
                    throw new WireException(
                            field, String.format("U+%04X at index %d (expected: paired surrogates)", (int) c, i));
                }
                i++;
            }
        }
    }

    /** Where the first sequence begins that is no character; -1 if there is none. */
    static int firstInvalid(byte[] bytes) {
        int at = endOfAscii(bytes, 0);
        while (at < bytes.length) {
            int length = sequenceLength(bytes, at);
            if (length == 0) {
                return at;
            }
            at = endOfAscii(bytes, at + length);
        }
        return -1;
    }

    /** Nearly all records are ASCII from end to end, so eight bytes are read together. */
    private static int endOfAscii(byte[] bytes, int from) {
        int at = from;
        while (at <= bytes.length - Long.BYTES && ((long) WORDS.get(bytes, at) & NOT_ASCII) == 0) {
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** How many bytes the character has that begins here with a byte beyond ASCII; 0 if none does. */
    private static int sequenceLength(byte[] bytes, int at) {
        int lead = bytes[at] & 0xFF;
        int length = lengthAfter(lead);
        if (length == 0 || length > bytes.length - at) {
            return 0;
        }
        // The second byte decides whether the form is overlong, a surrogate, or beyond the last code point.
        int min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : CONTINUATION_MIN;
        int max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : CONTINUATION_MAX;
        for (int i = 1; i < length; i++) {
            int next = bytes[at + i] & 0xFF;
            if (next < min || next > max) {
                return 0;
            }
            min = CONTINUATION_MIN;
            max = CONTINUATION_MAX;
        }
        return length;
    }

    private static int lengthAfter(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }
}
